/** Requests to the service, and the one shape of its refusals. */

const TIMEOUT_MILLIS = 20_000;
const LONGEST_WAIT_SECONDS = 5;
const FIRST_WAIT_MILLIS = 400;

/** A refusal of the service (RFC 9457), or with status 0 that it could not be reached. */
export class VideoError extends Error {
  /**
   * @param {number} status HTTP status, 0 when there was no answer
   * @param {object} [problem] the body, as far as there was one
   * @param {number} [retryAfter] seconds to wait, where the service said so
   */
  constructor(status, problem = {}, retryAfter = 0) {
    super(problem.detail || problem.title || problem.message || `HTTP ${status}`);
    this.name = 'VideoError';
    this.status = status;
    this.code = problem.code || (status === 0 ? 'unreachable' : 'internal_error');
    this.errors = problem.errors || [];
    this.traceId = problem.trace_id;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may well succeed later, and was not charged for. */
  get transient() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** A fresh key for one submission; also where `crypto.randomUUID` is missing (plain http). */
export function idempotencyKey() {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Calls the service on behalf of one caller. */
export class Http {
  #base;
  #token;
  #fetch;

  /**
   * @param {string} base where the service is, without a slash at its end; empty: the page's own
   * @param {(renew: boolean) => Promise<string|null>|string|null} token asked with true once after
   *     a 401, to fetch a fresh one
   * @param {typeof fetch} [fetch]
   */
  constructor(base, token, fetch = globalThis.fetch) {
    this.#base = base;
    this.#token = token;
    this.#fetch = fetch.bind(globalThis);
  }

  /**
   * One request. Resolves with the answer's JSON.
   *
   * @throws {VideoError} for a refusal, and where there was no answer
   */
  async call(method, path, { body, query, headers = {}, anonymous = false, signal } = {}) {
    const request = { method, url: this.#base + path + queryString(query), body, headers, signal };
    let response = await this.#send(request, anonymous, false);
    if (response.status === 401 && !anonymous) response = await this.#send(request, false, true);
    const json = await bodyOf(response);
    if (response.ok) return json;
    throw new VideoError(response.status, json, Number(response.headers.get('Retry-After')) || 0);
  }

  /** The same again while it was lost on the way; for requests that may be repeated. */
  async insist(method, path, options, retries) {
    for (let tried = 0; ; tried++) {
      try {
        return await this.call(method, path, options);
      } catch (error) {
        if (tried >= retries || !worthRepeating(error)) throw error;
        const wait = error.retryAfter * 1000 || FIRST_WAIT_MILLIS * 2 ** tried;
        await pause(wait * (1 + Math.random() / 2), options.signal);
      }
    }
  }

  async #send({ method, url, body, headers, signal }, anonymous, renew) {
    signal?.throwIfAborted();
    const token = anonymous ? null : await this.#token(renew);
    if (!anonymous && !token) {
      throw new VideoError(401, { code: 'unauthorized', title: 'Not signed in' });
    }
    const all = { Accept: 'application/json, application/problem+json', ...headers };
    if (token) all.Authorization = `Bearer ${token}`;
    if (body !== undefined) all['Content-Type'] = 'application/json';
    const json = body === undefined ? undefined : JSON.stringify(body);
    const limit = limited(signal);
    try {
      return await this.#fetch(url, {
        method,
        headers: all,
        body: json,
        cache: 'no-store',
        signal: limit.signal,
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new VideoError(0, { code: 'unreachable', title: String(cause?.message || cause) });
    } finally {
      limit.release();
    }
  }
}

/** Resolves after so many milliseconds, or rejects when the signal says so. */
export function pause(millis, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, millis);
    signal?.addEventListener('abort', done);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    }
  });
}

/** The caller's signal and a time-out in one. */
function limited(signal) {
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(new Error('timed out')), TIMEOUT_MILLIS);
  const abort = () => own.abort(signal.reason);
  signal?.addEventListener('abort', abort);
  const release = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  return { signal: own.signal, release };
}

function worthRepeating({ status, code, retryAfter = 0 }) {
  const lost = status === 0 || status === 502 || status === 503 || status === 504;
  return (lost || code === 'idempotency_in_progress') && retryAfter <= LONGEST_WAIT_SECONDS;
}

function queryString(query = {}) {
  const present = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return present.length ? `?${new URLSearchParams(present)}` : '';
}

async function bodyOf(response) {
  try {
    return await response.json();
  } catch {
    return { title: response.statusText };
  }
}
