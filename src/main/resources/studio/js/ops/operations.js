/** The operators' page behind its views: one state, and everything that changes it. */

import { ApiError } from '../api.js';
import { reason } from '../format.js';
import { t } from '../i18n.js';
import { Session } from '../session.js';
import { Toasts } from '../toasts.js';
import { AdminApi } from './admin-api.js';
import { AuditTrail } from './audit-trail.js';
import { Cases } from './cases.js';
import { Samples } from './samples.js';
import { Users } from './users.js';

const LOOK_MILLIS = 2000;
const SLOWEST_MILLIS = 15_000;
const BOOT_AGAIN_MILLIS = 3000;

/** Fires `change` whenever the page has to be drawn again. */
export class Operations extends EventTarget {
  /** `loading`, `failed`, `signedout`, `stranger` (signed in, but no admin) or `ready`. */
  phase = 'loading';
  config = null;
  me = null;
  session = null;
  signin = { busy: false, error: null };
  /** The last answer of `GET /api/admin/overview`. */
  overview = null;
  /** Whether the last look failed: the figures are old. */
  stale = false;
  /** Charts whose table is open. */
  tables = new Set();

  toasts = new Toasts(() => this.changed());
  api = new AdminApi({ token: (renew) => this.session?.token(renew) ?? null });
  samples = new Samples();
  cases = new Cases(this);
  users = new Users(this);
  audit = new AuditTrail(this);

  #timer = 0;
  #looking = false;
  #wait = LOOK_MILLIS;

  /** Something is different: draw again soon. */
  changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** Learns how to sign in, and goes on with the Studio's session. */
  async boot() {
    try {
      this.config = await this.api.config();
    } catch {
      this.phase = 'failed';
      this.changed();
      setTimeout(() => this.boot(), BOOT_AGAIN_MILLIS);
      return;
    }
    this.session = new Session(this.config, this.api);
    this.session.addEventListener('change', () => this.#enter());
    await this.#enter();
  }

  /** @param {{user?, admin?, email?, password?}} who */
  async signIn(who) {
    this.signin = { busy: true, error: null };
    this.changed();
    try {
      await (this.config.local ? this.session.signInLocally(who) : this.session.signIn(who));
      this.signin = { busy: false, error: null };
    } catch (error) {
      this.signin = { busy: false, error: error instanceof ApiError ? reason(error) : error.message };
    }
    this.changed();
  }

  /** Ends the session, the Studio's too. */
  signOut() {
    this.session.signOut();
  }

  async #enter() {
    clearTimeout(this.#timer);
    this.overview = null;
    this.samples.clear();
    if (!this.session.active) {
      this.me = null;
      this.#show('signedout');
      return;
    }
    try {
      this.me = await this.api.me();
    } catch (error) {
      if (error.status === 401) this.session.signOut();
      else {
        this.#show('failed');
        setTimeout(() => this.#enter(), BOOT_AGAIN_MILLIS);
      }
      return;
    }
    const admin = this.me.roles.includes('admin');
    this.#show(admin ? 'ready' : 'stranger');
    if (admin) {
      this.look();
      this.cases.load();
      this.audit.load();
    }
  }

  #show(phase) {
    this.phase = phase;
    this.changed();
  }

  /** Asks for the figures now, and then every other second while somebody looks. */
  async look() {
    clearTimeout(this.#timer);
    if (this.phase !== 'ready' || this.#looking) return;
    this.#looking = true;
    try {
      const before = this.overview;
      this.overview = await this.api.overview();
      this.samples.take(this.overview);
      this.stale = false;
      this.#wait = LOOK_MILLIS;
      if (before && failedIn(before) < failedIn(this.overview)) this.cases.loadIfAtTop();
    } catch (error) {
      this.stale = true;
      this.#wait = Math.min(this.#wait * 2, SLOWEST_MILLIS);
      if (error.status === 401) this.session.signOut();
      else if (error.status === 403) this.#enter();
    }
    this.#looking = false;
    if (!document.hidden) this.#timer = setTimeout(() => this.look(), this.#wait);
    this.changed();
  }

  /** Pauses the queue of the whole service, or lets it go on. */
  async pause(paused) {
    await this.attempt(async () => {
      await this.api.pause(paused);
      this.toasts.add('good', t(paused ? 'ops.paused.now' : 'ops.resumed.now'));
    });
    this.look();
    this.audit.load();
  }

  /** Does it, or says why it could not be done. Resolves with whether it was. */
  async attempt(work) {
    try {
      await work();
      return true;
    } catch (error) {
      if (error.status === 401) this.session.signOut();
      else this.toasts.add('bad', reason(error));
      return false;
    } finally {
      this.changed();
    }
  }
}

function failedIn({ minutes }) {
  return minutes.reduce((sum, minute) => sum + minute.failed, 0);
}
