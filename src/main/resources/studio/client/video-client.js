/**
 * The video generation service for any page, without a dependency:
 *
 *     import { VideoClient } from 'https://video.example.com/client/video-client.js';
 *
 *     const client = new VideoClient({ token });
 *     const { generation_id } = await client.submit({ prompt: 'A lion', model: 'wan2', duration: 5 });
 *     for await (const { event, data } of client.watch(generation_id)) console.log(event, data);
 *
 * Pages of other origins have to be named in the service's `CORS_ORIGINS`.
 */

import { Http, VideoError, idempotencyKey } from './http.js';
import { Live } from './live.js';
import { Watch } from './watch.js';

export { VideoError, idempotencyKey };

const GENERATE = '/api/generate/video';

/**
 * One caller of the service. Its methods resolve with the service's JSON as it is, and reject with
 * a {@link VideoError}. Fires `connection` (detail: `idle`, `connecting`, `live`, `reconnecting`).
 */
export class VideoClient extends EventTarget {
  #http;
  #live;
  #retries;

  /** @param {import('./video-client.js').VideoClientOptions} [options] */
  constructor({
    url = home(),
    token = null,
    getToken = (renew) => (renew ? null : token),
    retries = 2,
    pollAfterMillis = 3000,
    pollMillis = 3000,
    minDelay = 400,
    maxDelay = 15_000,
    fetch,
    WebSocket,
  } = {}) {
    super();
    const base = String(url).replace(/\/+$/, '');
    this.#retries = retries;
    this.#http = new Http(base, getToken, fetch);
    this.#live = new Live({
      http: this.#http,
      token: getToken,
      url: `${base.replace(/^http/, 'ws')}/api/socket`,
      onStatus: (status) => this.dispatchEvent(new CustomEvent('connection', { detail: status })),
      pollAfterMillis,
      pollMillis,
      minDelay,
      maxDelay,
      WebSocket,
    });
  }

  /** `idle` while nothing is watched, `connecting`, `live` or `reconnecting`. */
  get connection() {
    return this.#live.status;
  }

  /**
   * Asks for a video. A request that gets lost is sent again with the same key, which never
   * charges twice.
   */
  submit(request, { idempotencyKey: key = idempotencyKey(), signal, retries = this.#retries } = {}) {
    const headers = { 'Idempotency-Key': key };
    return this.#http.insist('POST', GENERATE, { body: request, headers, signal }, retries);
  }

  /** One generation, with what its failed attempts met. */
  async get(generationId, { signal } = {}) {
    const query = { generation_id: generationId };
    const { generation, attempt_history } = await this.#http.call('GET', GENERATE, { query, signal });
    return { ...generation, attempt_history };
  }

  /** One page of the caller's generations, newest first. */
  list({ limit = 20, cursor, status, signal } = {}) {
    return this.#http.call('GET', GENERATE, { query: { limit, cursor, status }, signal });
  }

  /** Cancels; resolves with what was refunded. */
  cancel(generationId, { signal } = {}) {
    const query = { generation_id: generationId };
    return this.#http.call('DELETE', GENERATE, { query, signal });
  }

  /** What a request would cost; charges nothing. */
  estimate(request, { signal } = {}) {
    return this.#http.call('POST', `${GENERATE}/estimate`, { body: request, signal });
  }

  /** Models, qualities and styles; needs no token. */
  models({ signal } = {}) {
    return this.#http.call('GET', '/api/models', { anonymous: true, signal });
  }

  /** Plan, roles, credits and limits of the caller. */
  me({ signal } = {}) {
    return this.#http.call('GET', '/api/me', { signal });
  }

  /** One page of the ledger, newest first. */
  credits({ limit = 50, cursor, signal } = {}) {
    return this.#http.call('GET', '/api/credits', { query: { limit, cursor }, signal });
  }

  /** Any other route of the service. */
  request(method, path, options = {}) {
    return this.#http.call(method, path, options);
  }

  /**
   * Tells where a generation stands, and all that follows up to its end. Reconnects, resumes and,
   * where sockets are blocked, asks by itself.
   */
  watch(generationId, options) {
    return new Watch(this.#live, generationId, options);
  }

  /** The same for all of the caller's generations, present and future; ends when it is stopped. */
  watchAll(options) {
    return new Watch(this.#live, '*', options);
  }

  /** While all are watched: hears of this one's end even if it comes during an interruption. */
  follow(generationId) {
    this.#live.follow(generationId);
  }

  /** Tries to reconnect at once: the network is back, or somebody is looking. */
  wake() {
    this.#live.wake();
  }

  /** Ends every watch and the connection; what is watched after that begins anew. */
  close() {
    this.#live.close();
  }
}

/** Where this file came from. */
function home() {
  const { protocol, origin } = new URL(import.meta.url);
  if (protocol === 'http:' || protocol === 'https:') return origin;
  throw new TypeError('VideoClient needs the url of the service');
}
