/** Everybody's generations, the failed ones first of all: what each attempt met, and a retry. */

import { t } from '../i18n.js';

const PAGE = 20;
const AT_ONCE = 3;

/** What is listed, and what is being done about it. */
export class Cases {
  rows = [];
  status = 'failed';
  user = '';
  loading = false;
  /** Attempts by generation id, once they were asked for. */
  attempts = new Map();
  busy = new Set();
  /** While all are being retried: how many are done, refused, and to do. */
  sweep = null;
  #cursor;
  #asked = 0;
  #ops;

  /** @param {import('./operations.js').Operations} ops */
  constructor(ops) {
    this.#ops = ops;
  }

  get hasMore() {
    return Boolean(this.#cursor);
  }

  get retryable() {
    return this.rows.filter((row) => row.status === 'failed');
  }

  /** Other ones from now on. */
  filter({ status = this.status, user = this.user }) {
    this.status = status;
    this.user = user.trim();
    return this.load();
  }

  /** The newest ones again, unless somebody has gone on to older ones or is at work. */
  loadIfAtTop() {
    if (this.rows.length <= PAGE && !this.attempts.size && !this.sweep) this.load();
  }

  load() {
    return this.#fetch(undefined);
  }

  more() {
    return this.#fetch(this.#cursor);
  }

  async #fetch(cursor) {
    const mine = ++this.#asked;
    this.loading = true;
    this.#ops.changed();
    const { status, user } = this;
    await this.#ops.attempt(async () => {
      const answer = await this.#ops.api.generations({ status, user, cursor, limit: PAGE });
      if (mine !== this.#asked) return;
      this.rows = cursor ? [...this.rows, ...answer.generations] : answer.generations;
      this.#cursor = answer.next_cursor || undefined;
      if (!cursor) this.attempts.clear();
    });
    if (mine === this.#asked) this.loading = false;
    this.#ops.changed();
  }

  /** Shows what each attempt met, or no more. */
  async toggle(id) {
    if (this.attempts.delete(id)) {
      this.#ops.changed();
      return;
    }
    await this.#ops.attempt(async () => {
      this.attempts.set(id, (await this.#ops.api.attempts(id)).attempts);
    });
  }

  /** Charges and queues it again. */
  async retry(id) {
    if (this.busy.has(id)) return;
    this.busy.add(id);
    this.#ops.changed();
    await this.#ops.attempt(async () => {
      await this.#again(id);
      this.#ops.toasts.add('good', t('ops.case.retried'));
    });
    this.busy.delete(id);
    this.#ops.look();
    this.#ops.changed();
  }

  /** All that are listed; one that cannot be does not keep the others from it. */
  async retryAll() {
    const queue = this.retryable.map((row) => row.id);
    this.sweep = { total: queue.length, done: 0, refused: 0 };
    const work = async () => {
      for (let id = queue.shift(); id; id = queue.shift()) {
        try {
          await this.#again(id);
          this.sweep.done += 1;
        } catch {
          this.sweep.refused += 1;
        }
        this.#ops.changed();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const { done, refused } = this.sweep;
    this.sweep = null;
    this.#ops.toasts.add(refused ? 'note' : 'good', t('ops.case.swept', { done, refused }));
    this.#ops.look();
    await this.load();
  }

  async #again(id) {
    await this.#ops.api.retry(id);
    this.rows = this.rows.filter((row) => row.id !== id);
    this.attempts.delete(id);
  }
}
