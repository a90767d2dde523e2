/** The admin routes, for this page; every call resolves with JSON or rejects with an ApiError. */

import { VideoApi } from '../api.js';

const AUDIT_PAGE = 20;

/** Calls on behalf of whoever is signed in. */
export class AdminApi extends VideoApi {
  /** The service in figures. */
  overview() {
    return this.request('GET', '/api/admin/overview');
  }

  /** Nothing new is started, or again. */
  pause(paused) {
    return this.request('POST', `/api/admin/queue/${paused ? 'pause' : 'resume'}`);
  }

  /** One page of everybody's generations, newest first. */
  generations({ status, user, cursor, limit }) {
    const query = { status: status || undefined, user: user || undefined, cursor, limit };
    return this.request('GET', '/api/admin/generations', { query });
  }

  /** Each attempt of each run. */
  attempts(id) {
    return this.request('GET', `/api/admin/generations/${encodeURIComponent(id)}/attempts`);
  }

  /** Charges and queues a failed one again. */
  retry(id) {
    return this.request('POST', `/api/admin/generations/${encodeURIComponent(id)}/retry`);
  }

  /** Somebody's account. */
  user(id) {
    return this.request('GET', `/api/admin/users/${encodeURIComponent(id)}`);
  }

  /** Gives credits, or takes them. */
  adjust(id, amount, reason) {
    const body = { amount, reason };
    return this.request('POST', `/api/admin/users/${encodeURIComponent(id)}/credits`, { body });
  }

  /** `active` or `suspended`. */
  setStatus(id, status) {
    return this.request('PUT', `/api/admin/users/${encodeURIComponent(id)}/status`, { body: { status } });
  }

  /** One page of the audit log, newest first. */
  audit(cursor) {
    return this.request('GET', '/api/admin/audit', { query: { limit: AUDIT_PAGE, cursor } });
  }
}
