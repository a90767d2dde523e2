/** The page of the API behind its views: one state, and everything that changes it. */

import { Toasts } from '../toasts.js';
import { Spec } from './spec.js';
import { Trial } from './trial.js';

const AGAIN_MILLIS = 3000;
const SESSION_KEY = 'studio.session';

/** Fires `change` whenever the page has to be drawn again. */
export class Documentation extends EventTarget {
  /** Null until it is there. */
  spec = null;
  failed = false;
  filter = '';
  /** Operations that are unfolded. */
  open = new Set();
  /** The token that requests carry; it is kept in this page alone. */
  token = '';
  toasts = new Toasts(() => this.changed());
  #trials = new Map();

  /** Something is different: draw again soon. */
  changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** Fetches the description. */
  async boot() {
    this.token = studioToken();
    try {
      const response = await fetch('/api/openapi.json');
      if (!response.ok) throw new Error(response.statusText);
      this.spec = new Spec(await response.json());
      this.failed = false;
      this.follow(location.hash.slice(1));
    } catch {
      this.failed = true;
      setTimeout(() => this.boot(), AGAIN_MILLIS);
    }
    this.changed();
  }

  /** Unfolds an operation and goes there. */
  follow(id) {
    if (!this.spec?.operation(id)) return;
    this.open.add(id);
    this.filter = '';
    this.changed();
    // Drawn by then: a frame is a sixtieth of a second, or at the latest a quarter of one.
    setTimeout(() => {
      const element = document.getElementById(id);
      element?.scrollIntoView({ block: 'start' });
      element?.querySelector('summary')?.focus({ preventScroll: true });
    }, 300);
  }

  /** Folds or unfolds. */
  toggle(id, open) {
    if (this.open.has(id) === open) return;
    this.open[open ? 'add' : 'delete'](id);
    this.changed();
  }

  /** What is being tried of an operation. */
  trial(operation) {
    if (!this.#trials.has(operation.id)) {
      this.#trials.set(operation.id, new Trial(operation, this));
    }
    return this.#trials.get(operation.id);
  }
}

/** Whoever is signed in at the Studio, here too. */
function studioToken() {
  try {
    const session = JSON.parse(localStorage.getItem(SESSION_KEY));
    return session && session.expires > Date.now() ? session.token : '';
  } catch {
    return '';
  }
}
