/** The admin routes, for this page; every call resolves with JSON or rejects with an ApiError. */

import { ApiError } from '../api.js';

const TIMEOUT_MILLIS = 15_000;

/** Calls on behalf of whoever is signed in. */
export class AdminApi {
  #token;

  /** @param {(renew: boolean) => Promise<string|null>|null} token asked with true after a 401 */
  constructor(token) {
    this.#token = token;
  }

  /** How to sign in here. */
  config() {
    return call('GET', '/api/studio/config');
  }

  /** Local mode alone: a token for this name. */
  mint({ user, plan = 'pro', admin = false }) {
    return call('POST', '/api/auth/token', { user, plan, admin });
  }

  /** Who is calling, and with which roles. */
  me() {
    return this.#signed('GET', '/api/me');
  }

  /** The service in figures. */
  overview() {
    return this.#signed('GET', '/api/admin/overview');
  }

  /** Nothing new is started, or again. */
  pause(paused) {
    return this.#signed('POST', `/api/admin/queue/${paused ? 'pause' : 'resume'}`);
  }

  /** One page of everybody's generations, newest first. */
  generations(query) {
    return this.#signed('GET', `/api/admin/generations${queryOf(query)}`);
  }

  /** Each attempt of each run. */
  attempts(id) {
    return this.#signed('GET', `/api/admin/generations/${encodeURIComponent(id)}/attempts`);
  }

  /** Charges and queues a failed one again. */
  retry(id) {
    return this.#signed('POST', `/api/admin/generations/${encodeURIComponent(id)}/retry`);
  }

  /** Somebody's account. */
  user(id) {
    return this.#signed('GET', `/api/admin/users/${encodeURIComponent(id)}`);
  }

  /** Gives credits, or takes them. */
  adjust(id, amount, reason) {
    const body = { amount, reason };
    return this.#signed('POST', `/api/admin/users/${encodeURIComponent(id)}/credits`, body);
  }

  /** `active` or `suspended`. */
  setStatus(id, status) {
    return this.#signed('PUT', `/api/admin/users/${encodeURIComponent(id)}/status`, { status });
  }

  /** One page of the audit log, newest first. */
  audit(cursor) {
    return this.#signed('GET', `/api/admin/audit${queryOf({ limit: 20, cursor })}`);
  }

  async #signed(method, path, body) {
    try {
      return await call(method, path, body, await this.#present(false));
    } catch (error) {
      if (error.status !== 401) throw error;
      return call(method, path, body, await this.#present(true));
    }
  }

  async #present(renew) {
    const token = await this.#token(renew);
    if (!token) throw new ApiError(401, { code: 'unauthorized', title: 'Not signed in' });
    return token;
  }
}

async function call(method, path, body, token) {
  const headers = { Accept: 'application/json, application/problem+json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout?.(TIMEOUT_MILLIS),
    });
  } catch (cause) {
    throw new ApiError(0, { code: 'unreachable', title: String(cause?.message || cause) });
  }
  const json = await response.json().catch(() => ({ title: response.statusText }));
  if (response.ok) return json;
  throw new ApiError(response.status, json, Number(response.headers.get('Retry-After')) || 0);
}

function queryOf(query) {
  const present = Object.entries(query).filter(([, value]) => value);
  return present.length ? `?${new URLSearchParams(present)}` : '';
}
