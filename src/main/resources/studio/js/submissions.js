/** Asking for videos, and calling it off. */

import { idempotencyKey } from './api.js';
import { draftFrom, fitted, obstacles, requestOf } from './draft.js';
import { reason } from './format.js';
import { t } from './i18n.js';

/** What a request was refused for, field by field, and what to do about cards. */
export class Submissions {
  /** True while the form's own request is on its way. */
  sending = false;
  /** Words of the service for each field. */
  fields = {};
  /** What it said of the request as a whole. */
  refusal = null;
  #studio;

  /** @param {import('./studio.js').Studio} studio */
  constructor(studio) {
    this.#studio = studio;
  }

  /** See {@link obstacles}. */
  get obstacles() {
    const { draft, catalog, me } = this.#studio;
    return obstacles(draft, catalog, me?.credits);
  }

  /** These fields are being changed: what was said of them counts no more. */
  forgive(names) {
    names.forEach((name) => delete this.fields[name]);
    this.refusal = null;
  }

  /** Sends the form. Resolves with whether there is a card to look at. */
  async submit() {
    if (this.sending || this.obstacles.length) return false;
    const { draft, catalog } = this.#studio;
    const model = catalog.models.find((one) => one.id === draft.model);
    this.sending = true;
    this.forgive(Object.keys(this.fields));
    const key = idempotencyKey();
    await this.#send(key, requestOf(draft, model));
    this.sending = false;
    this.#studio.changed();
    const placed = Boolean(this.#studio.board.byKey(key));
    if (placed && !draft.seed_kept) this.#studio.edit({ seed: '' });
    return placed;
  }

  /** The same once more: with the same key where it is not known whether it got through. */
  retry(item) {
    const { catalog } = this.#studio;
    if (item.status === 'unsent') return this.#send(item.key, item.request);
    const draft = fitted(draftFrom(item.told), catalog);
    const model = catalog.models.find((one) => one.id === draft.model);
    return this.#send(idempotencyKey(), item.request || requestOf(draft, model));
  }

  /** Puts its settings into the form. */
  reuse(item) {
    this.#studio.edit(fitted(draftFrom(item.told), this.#studio.catalog));
    this.#studio.toasts.say(t('toast.reused'));
  }

  async #send(key, request) {
    const { api, board } = this.#studio;
    if (this.#studio.history.only) this.#studio.history.showAll();
    board.place(key, request).request = request;
    this.#studio.changed();
    try {
      const answer = await api.submit(request, { idempotencyKey: key });
      const item = board.accepted(key, answer);
      this.#studio.follow(item);
      if (answer.cached) this.#studio.refresh(item);
      this.#studio.balance(answer.remaining_credits);
      (answer.warnings || []).forEach((text) =>
        this.#studio.toasts.add('note', t('toast.warning', { text })),
      );
    } catch (error) {
      this.#refused(key, error);
    }
    this.#studio.meetStrangers();
    this.#studio.changed();
  }

  #refused(key, error) {
    const { board } = this.#studio;
    if (error.transient && error.code !== 'rate_limited' && error.code !== 'queue_full') {
      board.unsent(key, error);
      return;
    }
    board.remove(key);
    for (const { field, message } of error.errors || []) this.fields[field] = message;
    this.refusal = reason(error);
    if (error.status === 401) this.#studio.failed(error);
    else if (error.status === 402) this.#studio.account();
    this.#studio.toasts.say(this.refusal);
  }

  /** Calls it off; what comes back is what the service says. */
  async cancel(item) {
    const { api, board, toasts } = this.#studio;
    item.cancelling = true;
    board.touch(item);
    this.#studio.changed();
    try {
      const answer = await api.cancel(item.id);
      toasts.add('note', t('toast.cancelled', { n: answer.credits_refunded }));
      this.#studio.balance(answer.remaining_credits);
    } catch (error) {
      this.#studio.failed(error);
    }
    item.cancelling = false;
    board.touch(item);
    await this.#studio.refresh(item);
    this.#studio.changed();
  }

  /** Takes away what was never sent. */
  discard(item) {
    this.#studio.board.remove(item.key);
    this.#studio.changed();
  }
}
