/** Short messages: on the page, to a screen reader, and in the title while nobody looks. */

import { t } from './i18n.js';

const SHOWN_MILLIS = 6000;
const AT_ONCE = 4;

/** The messages on show, newest last. */
export class Toasts {
  all = [];
  /** What a screen reader is told of, without anything on the screen. */
  spoken = '';
  #next = 1;
  #unseen = 0;
  #changed;

  /** @param {() => void} changed called when there is something new to show */
  constructor(changed) {
    this.#changed = changed;
    document.addEventListener('visibilitychange', () => this.#seen());
  }

  /**
   * @param {'good'|'bad'|'note'} kind
   * @param {string} text
   * @param {boolean} [counted] whether the title counts it while the page is hidden
   */
  add(kind, text, counted = false) {
    const id = this.#next++;
    this.all = [...this.all.slice(1 - AT_ONCE), { id, kind, text }];
    if (counted && document.hidden) {
      this.#unseen += 1;
      this.title();
    }
    setTimeout(() => this.dismiss(id), SHOWN_MILLIS);
    this.#changed();
  }

  /** Tells a screen reader alone. */
  say(text) {
    this.spoken = text;
    this.#changed();
  }

  /** Takes one away. */
  dismiss(id) {
    this.all = this.all.filter((toast) => toast.id !== id);
    this.#changed();
  }

  /** The page's title, with what ended unseen. */
  title() {
    const name = t('app.name');
    document.title = this.#unseen ? t('title.done', { n: this.#unseen, name }) : name;
  }

  #seen() {
    if (document.hidden) return;
    this.#unseen = 0;
    this.title();
  }
}
