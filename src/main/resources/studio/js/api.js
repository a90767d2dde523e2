/**
 * The service's REST interface for any page. It knows nothing of how things look: every call
 * resolves with the answer's JSON or rejects with an {@link ApiError}.
 */

const TIMEOUT_MILLIS = 20_000;

/** A refusal of the service (RFC 9457), or with status 0 that it could not be reached. */
export class ApiError extends Error {
  /**
   * @param {number} status HTTP status, 0 when there was no answer
   * @param {object} problem the body, as far as there was one
   * @param {number} [retryAfter] seconds to wait, where the service said so
   */
  constructor(status, problem, retryAfter) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.name = 'ApiError';
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
export class VideoApi {
  #base;
  #token;
  #fetch;

  /**
   * @param {object} [options]
   * @param {string} [options.baseUrl] where the service is; empty: the page's own origin
   * @param {(renew: boolean) => Promise<string|null>|string|null} [options.token] gives the
   *     access token; asked with true once after a 401, to fetch a fresh one
   * @param {typeof fetch} [options.fetch]
   */
  constructor({ baseUrl = '', token = () => null, fetch = globalThis.fetch } = {}) {
    this.#base = baseUrl;
    this.#token = token;
    this.#fetch = fetch.bind(globalThis);
  }

  /** What the page needs before anybody is signed in. */
  config() {
    return this.#call('GET', '/api/studio/config', { anonymous: true });
  }

  /** Models, qualities and styles. */
  models() {
    return this.#call('GET', '/api/models', { anonymous: true });
  }

  /** Local mode alone: a token for this name. */
  mint({ user, plan, admin = false }) {
    return this.#call('POST', '/api/auth/token', { anonymous: true, body: { user, plan, admin } });
  }

  /** Plan, roles, credits and limits of the caller. */
  me() {
    return this.#call('GET', '/api/me');
  }

  /** One page of the ledger, newest first. */
  ledger({ limit = 50, cursor } = {}) {
    return this.#call('GET', '/api/credits', { query: { limit, cursor } });
  }

  /**
   * Asks for a video. The same key never charges twice.
   *
   * @param {object} request the fields of `POST /api/generate/video`
   * @param {string} [key] see {@link idempotencyKey}
   */
  submit(request, key = idempotencyKey()) {
    const headers = { 'Idempotency-Key': key };
    return this.#call('POST', '/api/generate/video', { body: request, headers });
  }

  /** What a request would cost; charges nothing. */
  estimate(request) {
    return this.#call('POST', '/api/generate/video/estimate', { body: request });
  }

  /** One generation. */
  async get(generationId) {
    const query = { generation_id: generationId };
    return (await this.#call('GET', '/api/generate/video', { query })).generation;
  }

  /** One page of the caller's generations, newest first. */
  list({ limit = 20, cursor, status } = {}) {
    return this.#call('GET', '/api/generate/video', { query: { limit, cursor, status } });
  }

  /** Cancels; resolves with what was refunded. */
  cancel(generationId) {
    const query = { generation_id: generationId };
    return this.#call('DELETE', '/api/generate/video', { query });
  }

  async #call(method, path, { body, query, headers = {}, anonymous = false } = {}) {
    const url = this.#base + path + queryString(query);
    let response = await this.#send(method, url, body, headers, anonymous, false);
    if (response.status === 401 && !anonymous) {
      response = await this.#send(method, url, body, headers, anonymous, true);
    }
    const json = await bodyOf(response);
    if (response.ok) return json;
    throw new ApiError(response.status, json, Number(response.headers.get('Retry-After')) || 0);
  }

  async #send(method, url, body, headers, anonymous, renew) {
    const token = anonymous ? null : await this.#token(renew);
    if (!anonymous && !token) {
      throw new ApiError(401, { code: 'unauthorized', title: 'Not signed in' });
    }
    const all = { Accept: 'application/json, application/problem+json', ...headers };
    if (token) all.Authorization = `Bearer ${token}`;
    if (body !== undefined) all['Content-Type'] = 'application/json';
    try {
      return await this.#fetch(url, {
        method,
        headers: all,
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: 'no-store',
        signal: AbortSignal.timeout?.(TIMEOUT_MILLIS),
      });
    } catch (cause) {
      throw new ApiError(0, { code: 'unreachable', title: String(cause?.message || cause) });
    }
  }
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
