/** Somebody's account: looked up, given credits, suspended. */

import { number } from '../format.js';
import { t } from '../i18n.js';

/** The account that was looked up last. */
export class Users {
  id = '';
  account = null;
  missing = false;
  busy = false;
  #ops;

  /** @param {import('./operations.js').Operations} ops */
  constructor(ops) {
    this.#ops = ops;
  }

  /** Looks somebody up. */
  async find(id) {
    this.id = id.trim();
    this.account = null;
    this.missing = false;
    await this.#during(async () => {
      try {
        this.account = await this.#ops.api.user(this.id);
      } catch (error) {
        if (error.status !== 404) throw error;
        this.missing = true;
      }
    });
  }

  /** Gives credits, or takes them. Resolves with whether it was done. */
  adjust(amount, reason) {
    return this.#during(async () => {
      const { credits } = await this.#ops.api.adjust(this.account.user_id, amount, reason);
      this.account = { ...this.account, credits };
      this.#ops.toasts.add('good', t('ops.user.adjusted', { credits: number(credits) }));
    });
  }

  /** `active` or `suspended`. */
  setStatus(status) {
    return this.#during(async () => {
      await this.#ops.api.setStatus(this.account.user_id, status);
      this.account = { ...this.account, status };
      this.#ops.toasts.add('good', t(`ops.user.now.${status}`));
    });
  }

  async #during(work) {
    this.busy = true;
    this.#ops.changed();
    const done = await this.#ops.attempt(work);
    this.busy = false;
    this.#ops.changed();
    if (done) this.#ops.audit.load();
    return done;
  }
}
