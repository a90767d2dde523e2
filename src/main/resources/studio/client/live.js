/**
 * One socket for all that is watched. It resumes by `seq` after an interruption; where it cannot be
 * had, the REST interface is asked instead, and the socket is tried on beside that.
 */

import { VideoError } from './http.js';
import { Known } from './known.js';
import { Poller } from './poller.js';
import { Socket } from './socket.js';
import { eventOf, eventOfState } from './told.js';

const ALL = '*';
const MOST_SUBSCRIPTIONS = 150;
const LINGER_MILLIS = 5000;
const ASK_AGAIN_MILLIS = 1500;

/** Watches by generation, and the news that go to them. */
export class Live {
  #watches = new Map();
  #known = new Known();
  /** Subscribed one by one on the present connection. */
  #subscribed = new Set();
  /** The socket takes no more of these. */
  #refused = new Set();
  #socket;
  #poller;
  #pollAfterMillis;
  #onStatus;
  #closing = 0;
  #wake = () => this.wake();

  /** @param {object} options made by {@link import('./video-client.js').VideoClient} */
  constructor({ http, token, url, onStatus, pollAfterMillis, pollMillis, minDelay, maxDelay, WebSocket }) {
    this.#onStatus = onStatus;
    this.#pollAfterMillis = pollAfterMillis;
    this.#socket = new Socket({
      url,
      token,
      minDelay,
      maxDelay,
      WebSocket,
      onOpen: () => this.#resume(),
      onFrame: (frame) => this.#hear(frame),
      onStatus: (status) => this.#become(status),
      onUnauthorized: () => this.#failAll(unauthorized()),
    });
    this.#poller = new Poller({
      http,
      everyMillis: pollMillis,
      wanted: () => this.#wanted(),
      told: (generation, firstSight) => this.#learn(generation, firstSight),
      failed: (error, id) => (id ? this.#fail(id, error) : this.#failAll(error)),
    });
  }

  /** `idle`, `connecting`, `live` or `reconnecting`. */
  get status() {
    return this.#socket.status;
  }

  /** Connects, if it has to, and tells this watch the present state and all that follows. */
  add(watch, after) {
    const id = watch.generationId;
    clearTimeout(this.#closing);
    const group = this.#watches.get(id) ?? new Set();
    this.#watches.set(id, group.add(watch));
    const last = this.#known.last(id);
    if (last) {
      queueMicrotask(() => group.has(watch) && watch.tell(last));
    } else if (after && id !== ALL) {
      this.#known.of(id).seq = after;
    }
    if (this.#socket.status === 'idle') {
      globalThis.addEventListener?.('online', this.#wake);
      this.#socket.start();
    } else if (group.size === 1 && !(last && this.#watches.has(ALL))) {
      this.#subscribe(id);
    }
  }

  /** It wants no more. */
  remove(watch) {
    const id = watch.generationId;
    const group = this.#watches.get(id);
    if (!group?.delete(watch) || group.size) return;
    this.#watches.delete(id);
    if (this.#subscribed.delete(id) || id === ALL) this.#socket.say('unsubscribe', { generationId: id });
    this.#refused.delete(id);
    if (!this.#watches.has(ALL)) this.#known.forget(id);
    if (!this.#watches.size) this.#closing = setTimeout(() => this.#idle(), LINGER_MILLIS);
    this.#closing?.unref?.();
  }

  /** Hears of this one's end even over an interruption, as long as all are watched. */
  follow(generationId) {
    this.#known.of(generationId);
  }

  /** Tries at once instead of waiting on. */
  wake() {
    this.#socket.wake();
  }

  /** Ends every watch. */
  close() {
    clearTimeout(this.#closing);
    for (const watch of this.#all()) watch.stop();
    this.#idle();
  }

  #idle() {
    if (this.#watches.size) return;
    globalThis.removeEventListener?.('online', this.#wake);
    this.#socket.stop();
    this.#poller.stop();
    this.#known.clear();
  }

  #all() {
    return [...this.#watches.values()].flatMap((group) => [...group]);
  }

  #become(status) {
    if (status !== 'live') {
      if (status === 'idle') this.#poller.stop();
      else this.#poller.start(this.#pollAfterMillis);
    } else if (!this.#refused.size) {
      this.#poller.stop();
    }
    this.#onStatus(status);
  }

  /** What was open is asked for from where it was left; then all the rest, present and future. */
  #resume() {
    this.#subscribed.clear();
    this.#refused.clear();
    const all = this.#watches.has(ALL);
    const ids = new Set([...this.#watches.keys(), ...(all ? this.#known.open : [])]);
    ids.delete(ALL);
    [...ids].reverse().forEach((id) => this.#subscribe(id));
    if (all) this.#subscribe(ALL);
  }

  #subscribe(generationId) {
    if (generationId === ALL) {
      this.#socket.say('subscribe', { generationId });
    } else if (this.#subscribed.size >= MOST_SUBSCRIPTIONS) {
      this.#refuse(generationId);
    } else {
      const after = this.#known.resumeFrom(generationId);
      const data = after ? { generationId, after } : { generationId };
      if (this.#socket.say('subscribe', data)) this.#subscribed.add(generationId);
    }
  }

  #refuse(generationId) {
    this.#subscribed.delete(generationId);
    this.#refused.add(generationId);
    this.#poller.start(0);
  }

  #hear(frame) {
    const id = frame.data?.generationId;
    if (frame.event === 'resync' && id) this.#known.resync(id);
    if (frame.event === 'error') this.#refusedBy(frame.data ?? {});
    if (!frame.event?.startsWith('job:') || !id) return;
    const event = eventOf(frame);
    if (this.#known.hear(event)) this.#tell(event);
  }

  #refusedBy({ code, message, generationId: id }) {
    if (!id) return;
    if (code === 'too_many_subscriptions') {
      this.#refuse(id);
    } else if (code === 'unavailable') {
      setTimeout(() => this.#watches.has(id) && this.#subscribe(id), ASK_AGAIN_MILLIS * (0.5 + Math.random()));
    } else if (code === 'not_found') {
      this.#fail(id, new VideoError(404, { code, title: message }));
    }
  }

  #wanted() {
    if (this.#socket.status === 'live') {
      return { all: this.#refused.has(ALL), ids: [...this.#refused].filter((id) => id !== ALL) };
    }
    const all = this.#watches.has(ALL);
    const ids = new Set([...this.#watches.keys(), ...(all ? this.#known.open : [])]);
    ids.delete(ALL);
    return { all, ids: [...ids] };
  }

  #learn(generation, firstSight) {
    const event = eventOfState(generation);
    const before = this.#known.last(generation.id);
    const followed = before || this.#watches.has(generation.id) || this.#known.open.includes(generation.id);
    const news = this.#known.learn(event, generation.attempts);
    // What had ended before anybody looked is history, not news.
    if (news && !(event.terminal && firstSight && !followed)) this.#tell(event);
  }

  #tell(event) {
    const id = event.generationId;
    if (event.terminal && !this.#watches.has(id) && this.#subscribed.delete(id)) {
      this.#socket.say('unsubscribe', { generationId: id });
    }
    for (const name of [id, ALL]) {
      for (const watch of [...(this.#watches.get(name) ?? [])]) watch.tell(event);
    }
  }

  #fail(generationId, error) {
    this.#subscribed.delete(generationId);
    this.#known.forget(generationId);
    for (const watch of [...(this.#watches.get(generationId) ?? [])]) watch.fail(error);
  }

  #failAll(error) {
    for (const watch of this.#all()) watch.fail(error);
  }
}

function unauthorized() {
  return new VideoError(401, { code: 'unauthorized', title: 'Not signed in' });
}
