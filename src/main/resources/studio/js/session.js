/** Who is signed in: a token of local mode, or a session of Supabase Auth that renews itself. */

const KEY = 'studio.session';
const RENEW_BEFORE_MILLIS = 60_000;

/** Fires `change` when somebody signs in or out, here or in another tab. */
export class Session extends EventTarget {
  #config;
  #api;
  #now;
  #renewal = null;
  /** The token that this tab used last. */
  #given = null;

  /**
   * @param {object} config the answer of `GET /api/studio/config`
   * @param {import('./api.js').VideoApi} api mints tokens in local mode
   */
  constructor(config, api, now = () => Date.now()) {
    super();
    this.#config = config;
    this.#api = api;
    this.#now = now;
    addEventListener('storage', (event) => {
      if (event.key === KEY) this.dispatchEvent(new Event('change'));
    });
  }

  /** Name and plan as they were given, or null. */
  get current() {
    return read();
  }

  /** Whether there is a token that has not run out, or one that can be renewed. */
  get active() {
    const session = read();
    return Boolean(session && (session.refresh || session.expires > this.#now()));
  }

  /** The access token, renewed when it is about to run out or when asked to; or null. */
  async token(renew = false) {
    const session = read();
    if (!session) return null;
    // Another tab may have renewed it already: then the refused one was an old one.
    const refused = renew && session.token === this.#given;
    const fresh = session.expires - RENEW_BEFORE_MILLIS > this.#now();
    if (session.refresh && (refused || !fresh)) {
      this.#given = await this.#renewed(session);
    } else if (refused || session.expires <= this.#now()) {
      this.#forget();
      this.#given = null;
    } else {
      this.#given = session.token;
    }
    return this.#given;
  }

  /** Local mode: whoever you say you are. */
  async signInLocally({ user, plan, admin }) {
    const minted = await this.#api.mint({ user, plan, admin });
    this.#keep({ ...this.#timed(minted), name: user, plan });
  }

  /** Supabase Auth with e-mail and password. */
  async signIn({ email, password }) {
    const granted = await this.#supabase('token?grant_type=password', { email, password });
    this.#keep({ ...this.#timed(granted), name: granted.user?.email || email });
  }

  /** Forgets the token here, and at Supabase where it came from there. */
  signOut() {
    const session = read();
    this.#forget();
    if (session?.refresh) {
      this.#supabase('logout', {}, session.token).catch(() => {});
    }
  }

  #renewed(session) {
    this.#renewal ??= this.#alone(() => this.#renew(session)).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renew(before) {
    const session = read();
    if (!session) return null;
    if (session.token !== before.token) return session.token;
    try {
      const body = { refresh_token: session.refresh };
      const granted = await this.#supabase('token?grant_type=refresh_token', body);
      const next = { ...this.#timed(granted), name: session.name };
      localStorage.setItem(KEY, JSON.stringify(next));
      return next.token;
    } catch (error) {
      if (error.refused) this.#forget();
      return error.refused ? null : session.token;
    }
  }

  /** A refresh token is good for one use: tabs take turns. */
  #alone(work) {
    return navigator.locks ? navigator.locks.request(KEY, work) : work();
  }

  async #supabase(path, body, token) {
    const { supabase_url: url, supabase_anon_key: key } = this.#config;
    const headers = { apikey: key, 'Content-Type': 'application/json' };
    if (token) headers.Authorization = `Bearer ${token}`;
    const request = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${url.replace(/\/$/, '')}/auth/v1/${path}`, request);
    const json = await response.json().catch(() => ({}));
    if (response.ok) return json;
    const error = new Error(json.error_description || json.msg || json.message || response.statusText);
    error.refused = response.status >= 400 && response.status < 500 && response.status !== 429;
    throw error;
  }

  #timed(granted) {
    return {
      token: granted.access_token,
      refresh: granted.refresh_token,
      expires: this.#now() + (granted.expires_in || 3600) * 1000,
    };
  }

  #keep(session) {
    localStorage.setItem(KEY, JSON.stringify(session));
    this.dispatchEvent(new Event('change'));
  }

  #forget() {
    localStorage.removeItem(KEY);
    this.dispatchEvent(new Event('change'));
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}
