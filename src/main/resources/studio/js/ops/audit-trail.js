/** What admins did, newest first. */

/** What is loaded of it. */
export class AuditTrail {
  entries = [];
  loading = false;
  #cursor;
  #ops;

  /** @param {import('./operations.js').Operations} ops */
  constructor(ops) {
    this.#ops = ops;
  }

  get hasMore() {
    return Boolean(this.#cursor);
  }

  load() {
    return this.#fetch(undefined);
  }

  more() {
    return this.#fetch(this.#cursor);
  }

  async #fetch(cursor) {
    if (this.loading) return;
    this.loading = true;
    this.#ops.changed();
    await this.#ops.attempt(async () => {
      const answer = await this.#ops.api.audit(cursor);
      this.entries = cursor ? [...this.entries, ...answer.entries] : answer.entries;
      this.#cursor = answer.next_cursor || undefined;
    });
    this.loading = false;
    this.#ops.changed();
  }
}
