/**
 * The generations as this page knows them: REST answers and live events put together so that
 * nothing ever steps back. No network, no page.
 */

import { Item } from './item.js';

const FILTERS = {
  all: () => true,
  active: (item) => !item.ended && item.status !== 'unsent',
  completed: (item) => item.status === 'completed',
  failed: (item) => item.status === 'failed' || item.status === 'unsent',
  cancelled: (item) => item.status === 'cancelled',
};

/** The names of the filters, in the order of the page. */
export const filters = Object.keys(FILTERS);

/** All cards, and what changes them. `now` is a clock in milliseconds that never steps back. */
export class Board {
  #items = new Map();
  #byId = new Map();
  #now;
  #wall;
  #reachable;

  /** @param {object} [outside] clocks, and how a page reaches the service's media */
  constructor({
    now = () => performance.now(),
    wall = () => Date.now(),
    reachable = (url) => url,
  } = {}) {
    this.#now = now;
    this.#wall = wall;
    this.#reachable = reachable;
  }

  /** Forgets everything. */
  clear() {
    this.#items.clear();
    this.#byId.clear();
  }

  /** @returns {import('./item.js').Item|undefined} */
  byId(id) {
    return this.#byId.get(id);
  }

  /** @returns {import('./item.js').Item|undefined} */
  byKey(key) {
    return this.#items.get(key);
  }

  /** Whether a request is on its way, so that an unknown id may be its own. */
  get submitting() {
    return [...this.#items.values()].some((item) => item.status === 'submitting');
  }

  /** Those whose end is still to come. */
  get active() {
    return [...this.#items.values()].filter((item) => item.id && !item.ended);
  }

  /** A card at once, before the service has answered; again for a second try of the same key. */
  place(key, request) {
    const item = this.#items.get(key) || new Item(key);
    item.status = 'submitting';
    item.error = null;
    item.told = { created_at: new Date(this.#wall()).toISOString(), ...item.told, ...request };
    this.#items.set(key, item);
    return this.#touch(item);
  }

  /** The service has taken it. */
  accepted(key, answer) {
    const item = this.#items.get(key);
    item.told = {
      ...item.told,
      id: answer.generation_id,
      job_id: answer.job_id,
      credits_charged: answer.credits_charged,
      trace_id: answer.trace_id,
      estimated_time_seconds: answer.estimated_time_seconds,
    };
    const twin = this.#byId.get(answer.generation_id);
    if (twin && twin !== item) this.#items.delete(twin.key);
    this.#byId.set(answer.generation_id, item);
    item.status = answer.status;
    this.#await(item, answer.queue_position, answer.estimated_wait_seconds);
    return this.#touch(item);
  }

  /** It did not get through; the same key may be tried again. */
  unsent(key, error) {
    const item = this.#items.get(key);
    item.status = 'unsent';
    item.error = error;
    this.#touch(item);
  }

  /** Takes a card away. */
  remove(key) {
    const item = this.#items.get(key);
    this.#items.delete(key);
    if (item?.id) this.#byId.delete(item.id);
  }

  /** The moment to hand to {@link merge} with what a request that begins now brings. */
  mark() {
    return this.#now();
  }

  /** A generation as the service told it; live events heard since `asked` outrank its state. */
  merge(generation, asked) {
    const known = this.#byId.get(generation.id);
    const item = known || new Item(generation.id);
    if (!known) {
      this.#items.set(item.key, item);
      this.#byId.set(generation.id, item);
    }
    const overtaken = item.heardAt >= asked;
    if (overtaken && item.status !== generation.status) {
      const { enhanced_prompt, started_at, seed } = generation;
      item.told = { ...item.told, enhanced_prompt, started_at, seed };
      return this.#touch(item);
    }
    item.told = { ...item.told, ...generation };
    this.#settle(item, generation, overtaken);
    return this.#touch(item);
  }

  #settle(item, generation, overtaken) {
    item.status = generation.status;
    item.error = generation.error;
    // Each answer signs the addresses anew: a player keeps the one that it has.
    this.pictured(item, generation.result_url, generation.poster_url);
    if (item.ended) item.cancelling = false;
    if (overtaken) return;
    item.stage = generation.stage;
    item.percent = generation.percent || null;
    item.retryAt = generation.queue_status?.retry_at || null;
    const waiting = generation.queue_status;
    if (waiting) this.#await(item, waiting.position, waiting.estimated_wait_seconds);
  }

  /** A live event. @returns {Item|null} the card that it changed; null when it is not known */
  apply({ event, data, ts }) {
    const item = this.#byId.get(data.generationId);
    if (!item) return null;
    item.heardAt = this.#now();
    HEARD[event]?.(item, data, ts ?? this.#wall(), this);
    if (item.ended) {
      item.cancelling = false;
      item.fresh = true;
    }
    return this.#touch(item);
  }

  /** A new place in the line shortens the wait that was told by as much. */
  moved(item, position) {
    const each = item.wait !== null && item.position ? item.wait / item.position : null;
    this.#await(item, position, each === null ? null : each * position);
  }

  /** Where its video and poster are, unless that is known. */
  pictured(item, videoUrl, posterUrl) {
    item.videoUrl ??= videoUrl && this.#reachable(videoUrl);
    item.posterUrl ??= posterUrl && this.#reachable(posterUrl);
  }

  #await(item, position, wait) {
    item.position = position ?? null;
    item.wait = wait ?? null;
    item.waitSince = this.#wall();
  }

  /** Something about this card is different now. */
  touch(item) {
    return this.#touch(item);
  }

  #touch(item) {
    item.version += 1;
    return item;
  }

  /**
   * What the list shows, newest first.
   *
   * @param {object} view
   * @param {string} view.filter one of {@link filters}
   * @param {string} view.search words that the prompt must have
   * @param {string} [view.only] this generation alone
   * @param {string} [view.horizon] nothing older: what lies beyond is not loaded without gaps
   */
  list({ filter, search, only, horizon = '' }) {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (item) => {
      if (only) return item.id === only;
      if (!FILTERS[filter](item)) return false;
      if (item.id && item.told.created_at < horizon) return false;
      if (!words.length) return true;
      const text = `${item.told.prompt} ${item.told.model} ${item.told.style || ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    return [...this.#items.values()].filter(matches).sort(newestFirst);
  }
}

const HEARD = {
  'job:queued': (item, data, ts, board) => {
    item.status = 'queued';
    item.stage = null;
    item.percent = null;
    item.retryAt = null;
    item.error = null;
    board.moved(item, data.position);
  },
  'job:started': (item, data, ts) => {
    item.status = 'processing';
    item.retryAt = null;
    item.stage ??= 'enhancing';
    item.told.started_at ??= new Date(ts).toISOString();
  },
  'job:progress': (item, data) => {
    item.status = 'processing';
    item.stage = data.stage || item.stage;
    if (data.percent > 0) item.percent = data.percent;
    // The service says in words where it reckons from time instead of hearing from the provider.
    item.guessed = /estimated/i.test(data.message || '');
  },
  'job:completed': (item, data, ts, board) => {
    item.status = 'completed';
    item.stage = 'done';
    item.percent = 100;
    item.error = null;
    board.pictured(item, data.videoUrl, data.posterUrl);
    item.told.completed_at ??= new Date(ts).toISOString();
  },
  'job:failed': (item, data, ts) => {
    item.error = data.error;
    item.percent = null;
    item.stage = null;
    const again = data.retryIn !== undefined && data.retryIn !== null;
    item.status = again ? 'queued' : 'failed';
    item.retryAt = again ? new Date(ts + data.retryIn).toISOString() : null;
    item.position = null;
  },
  'job:cancelled': (item) => {
    item.status = 'cancelled';
    item.stage = null;
  },
};

function newestFirst(a, b) {
  const [one, other] = [a.told.created_at, b.told.created_at];
  if (one !== other) return one < other ? 1 : -1;
  return (a.id || '~') < (b.id || '~') ? 1 : -1;
}
