/** The page's words: one flat dictionary for each language. */

import { en } from './lang/en.js';
import { fr } from './lang/fr.js';

const DICTIONARIES = { en: { ...en }, fr: { ...fr } };
const KEY = 'studio.language';

let current = chosen();
const formats = new Map();

/** The languages there are, with their own names. */
export const languages = [
  { id: 'en', name: 'English' },
  { id: 'fr', name: 'Français' },
];

/** `en` or `fr`. */
export function language() {
  return current;
}

/** Speaks this language from now on. */
export function speak(id) {
  current = DICTIONARIES[id] ? id : 'en';
  localStorage.setItem(KEY, current);
  document.documentElement.lang = current;
}

/** Adds a page's own words, or puts them in the place of the Studio's. */
export function teach(dictionaries) {
  for (const [id, words] of Object.entries(dictionaries)) Object.assign(DICTIONARIES[id], words);
}

/**
 * The words for this key, its `{name}`s filled in. With `n` among the values, `key.one` or
 * `key.other` by the language's rule. A key without words comes back as it is.
 */
export function t(key, values = {}) {
  const words = DICTIONARIES[current];
  let found = words[key];
  if (found === undefined && values.n !== undefined) {
    const rule = formatter('PluralRules').select(Number(values.n));
    found = words[`${key}.${rule}`] ?? words[`${key}.other`];
  }
  found ??= DICTIONARIES.en[key] ?? key;
  const inWords = (value) =>
    typeof value === 'number' ? formatter('NumberFormat').format(value) : (value ?? '');
  return found.replace(/\{(\w+)\}/g, (_, name) => inWords(values[name]));
}

/**
 * The `Intl` object of this kind in the page's language; made once, for making one costs more than
 * a thousand uses.
 */
export function formatter(kind, options) {
  const key = `${current} ${kind} ${options ? JSON.stringify(options) : ''}`;
  if (!formats.has(key)) formats.set(key, new Intl[kind](current, options));
  return formats.get(key);
}

function chosen() {
  const wanted = [localStorage.getItem(KEY), ...(navigator.languages || [])];
  const found = wanted.map((id) => id?.slice(0, 2)).find((id) => DICTIONARIES[id]);
  document.documentElement.lang = found || 'en';
  return found || 'en';
}
