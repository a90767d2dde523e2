/** The account's entries, fetched while somebody looks at them. */

/** Open or not, and what is loaded. */
export class Ledger {
  shown = false;
  entries = [];
  balance = null;
  loading = false;
  #cursor;
  #studio;

  /** @param {import('./studio.js').Studio} studio */
  constructor(studio) {
    this.#studio = studio;
  }

  /** Whether there are older entries. */
  get hasMore() {
    return Boolean(this.#cursor);
  }

  /** Shows it. */
  open() {
    this.shown = true;
    this.refresh();
    this.#studio.changed();
  }

  /** Hides it. */
  close() {
    this.shown = false;
    this.entries = [];
    this.#cursor = undefined;
    this.#studio.changed();
  }

  /** The newest entries again, if it is shown. */
  refresh() {
    if (this.shown) this.#fetch(undefined);
  }

  /** Older entries. */
  more() {
    if (!this.loading) this.#fetch(this.#cursor);
  }

  async #fetch(cursor) {
    this.loading = true;
    try {
      const answer = await this.#studio.api.credits({ cursor });
      this.entries = cursor ? [...this.entries, ...answer.entries] : answer.entries;
      this.balance = answer.balance;
      this.#cursor = answer.next_cursor || undefined;
    } catch (error) {
      this.#studio.failed(error);
    }
    this.loading = false;
    this.#studio.changed();
  }
}
