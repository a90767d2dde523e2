/** The service as this page uses it: the client that any page may use, and the way in. */

import { VideoClient } from '../client/video-client.js';

export { VideoError as ApiError, idempotencyKey } from '../client/video-client.js';

/** Calls the service on behalf of whoever is signed in. */
export class VideoApi extends VideoClient {
  /**
   * @param {object} options
   * @param {(renew: boolean) => Promise<string|null>|string|null} options.token gives the access
   *     token; asked with true once after a 401, to fetch a fresh one
   */
  constructor({ token }) {
    super({ getToken: token });
  }

  /** What the page needs before anybody is signed in. */
  config() {
    return this.request('GET', '/api/studio/config', { anonymous: true });
  }

  /** Local mode alone: a token for this name. */
  mint({ user, plan, admin = false }) {
    return this.request('POST', '/api/auth/token', { anonymous: true, body: { user, plan, admin } });
  }
}
