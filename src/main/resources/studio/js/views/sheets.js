/**
 * The cards, twelve to a sheet. What a browser does for each element in each frame (layout, paint,
 * watching what comes into sight) it does for the sheets in sight alone, however long the list is; and
 * a card is drawn again only when something of it is different.
 */

import { render } from '../../vendor/lit-html/lit-html.js';
import { language } from '../i18n.js';
import { draw, edition, face } from './card.js';

/** Fills whole rows of one, two, three or four columns, so that no sheet ends in a gap. */
const CARDS_ON_A_SHEET = 12;

/** More bars than these jump instead of gliding: each that glides is a layer of its own. */
const GLIDING = 6;

const all = new WeakMap();

/** Puts the cards of these, in this order, into the element, which holds nothing else. */
export function lay(element, studio, items) {
  if (!element) return;
  if (!all.has(element)) all.set(element, new Sheets(element));
  all.get(element).show(studio, items);
}

class Sheets {
  #element;
  /** By the item's key: `{card, version, edition}`. */
  #cards = new Map();
  #order = [];
  #looked = '';

  constructor(element) {
    this.#element = element;
  }

  show(studio, items) {
    if (!sameOrder(items, this.#order)) this.#arrange(items);
    // Words about time are looked at once a second; in between, only what was changed is.
    const now = `${Math.floor(Date.now() / 1000)} ${language()}`;
    const late = now !== this.#looked;
    this.#looked = now;
    for (const item of items) {
      const known = this.#cards.get(item.key);
      if (late || known.version !== item.version) this.#draw(studio, item, known);
    }
    const moving = items.filter(({ status }) => status === 'processing').length;
    this.#element.classList.toggle('few', moving <= GLIDING);
  }

  #arrange(items) {
    this.#order = items.map(({ key }) => key);
    const kept = new Set(this.#order);
    for (const [key, { card }] of this.#cards) {
      if (kept.has(key)) continue;
      card.remove();
      this.#cards.delete(key);
    }
    const sheets = this.#sheets(Math.ceil(items.length / CARDS_ON_A_SHEET));
    this.#order.forEach((key, n) => {
      const sheet = sheets[Math.floor(n / CARDS_ON_A_SHEET)];
      place(this.#card(key), sheet, sheet.children[n % CARDS_ON_A_SHEET] ?? null);
    });
    while (this.#element.children.length > sheets.length) this.#element.lastElementChild.remove();
  }

  /** At least so many; those that are left over still hold cards that are about to move. */
  #sheets(count) {
    while (this.#element.children.length < count) {
      const sheet = document.createElement('ul');
      sheet.className = 'sheet';
      // One list to everybody: the sheets are an affair of the screen.
      sheet.setAttribute('role', 'none');
      this.#element.append(sheet);
    }
    return [...this.#element.children].slice(0, count);
  }

  #card(key) {
    if (!this.#cards.has(key)) {
      const card = document.createElement('li');
      card.setAttribute('role', 'listitem');
      this.#cards.set(key, { card, version: null, edition: null });
    }
    return this.#cards.get(key).card;
  }

  #draw(studio, item, known) {
    const now = edition(item);
    known.version = item.version;
    if (known.edition === now) return;
    known.edition = now;
    known.card.className = face(item);
    known.card.dataset.status = item.status;
    if (item.id) known.card.dataset.id = item.id;
    render(draw(studio, item), known.card);
  }
}

function sameOrder(items, keys) {
  return items.length === keys.length && items.every(({ key }, n) => key === keys[n]);
}

/** Moves it only where it is not there already: a video plays on, and the focus stays. */
function place(card, sheet, before) {
  if (card === before) return;
  if (card.isConnected && sheet.moveBefore) sheet.moveBefore(card, before);
  else sheet.insertBefore(card, before);
}
