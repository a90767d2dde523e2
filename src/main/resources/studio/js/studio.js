/** The studio behind its page: one state, and everything that changes it. */

import { ApiError, VideoApi } from './api.js';
import { Board } from './board.js';
import { catalogOf } from './catalog.js';
import { fitted, loadDraft, saveDraft } from './draft.js';
import { excerpt, reason } from './format.js';
import { History } from './history.js';
import { t } from './i18n.js';
import { Ledger } from './ledger.js';
import { reachable } from './media.js';
import * as notices from './notices.js';
import { Session } from './session.js';
import { Submissions } from './submissions.js';
import { Toasts } from './toasts.js';

const BOOT_AGAIN_MILLIS = 3000;
/** Ends that are spoken of; a cancellation has its own words. */
const TOLD = { completed: ['good', 'toast.completed'], failed: ['bad', 'toast.failed'] };
const LOCAL = { local: true, sandbox: false, supabase_url: null, supabase_anon_key: null };

/** Fires `change` whenever the page has to be drawn again. */
export class Studio extends EventTarget {
  /** `loading`, `failed`, `signedout` or `ready`. */
  phase = 'loading';
  connection = 'connecting';
  config = LOCAL;
  catalog = null;
  me = null;
  draft = loadDraft();
  signin = { busy: false, error: null };

  board = new Board({ reachable });
  toasts = new Toasts(() => this.changed());
  api = new VideoApi({ token: (renew) => this.session?.token(renew) ?? null });
  history = new History(this);
  submissions = new Submissions(this);
  ledger = new Ledger(this);

  session = null;
  #watch = null;
  #strangers = new Map();
  #accountAsked = 0;
  #wasLive = false;
  #byChoice = false;

  /** Something is different: draw again soon. */
  changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** Learns what there is, and goes on with the session of the last visit. */
  async boot() {
    try {
      const [config, models] = await Promise.all([this.#fetchConfig(), this.api.models()]);
      this.config = config;
      this.catalog = catalogOf(models);
      this.draft = fitted(this.draft, this.catalog);
    } catch {
      this.phase = 'failed';
      this.changed();
      setTimeout(() => this.boot(), BOOT_AGAIN_MILLIS);
      return;
    }
    this.session = new Session(this.config, this.api);
    this.api.addEventListener('connection', (event) => this.#connected(event.detail));
    this.session.addEventListener('change', () => this.#sessionChanged());
    this.phase = 'signedout';
    this.#sessionChanged();
    this.changed();
  }

  async #fetchConfig() {
    try {
      return await this.api.config();
    } catch (error) {
      if (error.status === 404) return LOCAL;
      throw error;
    }
  }

  /** @param {{user?, plan?, admin?, email?, password?}} who */
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

  /** Ends the session in every tab of this browser. */
  signOut() {
    this.#byChoice = true;
    this.session.signOut();
  }

  #sessionChanged() {
    if (this.session.active && this.phase !== 'ready') {
      this.#enter();
    } else if (!this.session.active && this.phase === 'ready') {
      this.#leave();
    }
  }

  #enter() {
    this.phase = 'ready';
    this.connection = 'connecting';
    this.#wasLive = false;
    this.#watch = this.api.watchAll({
      onEvent: (event) => this.#heard(event),
      onError: (error) => this.failed(error),
    });
    this.account();
    this.history.open();
    this.changed();
  }

  #leave() {
    this.phase = 'signedout';
    this.signin = { busy: false, error: this.#byChoice ? null : t('signin.ended') };
    this.#byChoice = false;
    this.#watch?.stop();
    this.#watch = null;
    this.api.close();
    this.me = null;
    this.board.clear();
    this.history.reset();
    this.ledger.close();
    this.#strangers.clear();
    this.changed();
  }

  /** Tells people what went wrong; a refused token ends the session. */
  failed(error) {
    if (error.status === 401) {
      if (this.phase === 'ready') this.session.signOut();
    } else {
      this.toasts.add('bad', reason(error));
    }
  }

  /** The draft as it is being written. */
  edit(changes) {
    this.draft = { ...this.draft, ...changes };
    if (changes.model) this.draft = fitted(this.draft, this.catalog);
    this.submissions.forgive(Object.keys(changes));
    saveDraft(this.draft);
    this.changed();
  }

  /** Asks for the balance anew; of several answers the last asked for counts. */
  async account() {
    this.#accountAsked += 1;
    const mine = this.#accountAsked;
    try {
      const me = await this.api.me();
      if (mine !== this.#accountAsked || this.phase !== 'ready') return;
      this.me = me;
      this.ledger.refresh();
      this.changed();
    } catch (error) {
      if (error.status === 401 || !error.transient) this.failed(error);
    }
  }

  /** What an answer said of the balance, until the account is asked again. */
  balance(credits) {
    if (this.me && Number.isInteger(credits)) this.me = { ...this.me, credits };
    this.account();
  }

  /** The network may be back, or somebody has come back to the page. */
  wake() {
    this.api.wake();
  }

  /** The socket hears the end of this one even over an interruption. */
  follow(item) {
    if (item.id && !item.ended && this.#watch) this.api.follow(item.id);
  }

  #connected(status) {
    if (status === 'idle') return;
    this.connection = status;
    if (status === 'live') {
      if (this.#wasLive) this.account();
      this.#wasLive = true;
      this.history.catchUp();
    }
    this.changed();
  }

  #heard(frame) {
    const id = frame.generationId;
    const before = this.board.byId(id);
    if (!before) {
      this.#heardOfStranger(id, frame);
      return;
    }
    const [status, ended] = [before.status, before.ended];
    const item = this.board.apply(frame);
    this.changed();
    if (item.ended && !ended) this.#ended(item);
    else if (frame.event === 'job:failed') this.refresh(item);
    if (item.status === 'processing' && status === 'queued') {
      this.toasts.say(t('say.processing', { text: excerpt(item.told.prompt) }));
    }
  }

  /** An unknown id is a submission still on its way, or one made elsewhere. */
  #heardOfStranger(id, frame) {
    const frames = this.#strangers.get(id);
    if (frames) {
      frames.push(frame);
      return;
    }
    this.#strangers.set(id, [frame]);
    if (!this.board.submitting) this.#meet(id);
  }

  /** Every submission has been answered: whoever is unknown now was made elsewhere. */
  meetStrangers() {
    if (this.board.submitting) return;
    for (const [id, frames] of [...this.#strangers]) {
      if (this.board.byId(id)) {
        this.#strangers.delete(id);
        frames.forEach((frame) => this.#heard(frame));
      } else {
        this.#meet(id);
      }
    }
  }

  async #meet(id) {
    const frames = this.#strangers.get(id);
    let heard;
    try {
      do {
        heard = frames.length;
        this.history.take([await this.api.get(id)], this.board.mark());
      } while (frames.length > heard);
    } catch (error) {
      if (error.status === 401) this.failed(error);
    }
    this.#strangers.delete(id);
    this.changed();
  }

  async #ended(item) {
    const text = excerpt(item.told.prompt);
    const [kind, words] = TOLD[item.status] ?? [];
    if (kind) {
      this.toasts.add(kind, t(words, { text }), true);
      notices.tell(t('app.name'), t(words, { text }), item.id);
    }
    this.account();
    await this.refresh(item);
  }

  /** Everything that events do not tell: refunds, the enriched wording, signed addresses. */
  async refresh(item) {
    const asked = this.board.mark();
    try {
      this.board.merge(await this.api.get(item.id), asked);
      this.changed();
    } catch (error) {
      if (error.status === 401) this.failed(error);
    }
  }
}
