/** Line icons, drawn in the colour of their text. */

import { html, svg } from '../../vendor/lit-html/lit-html.js';

const DRAWINGS = {
  alert: svg`<path d="M12 8v5M12 16.5v.01M12 3 2.5 20h19z"/>`,
  back: svg`<path d="M15 5l-7 7 7 7"/>`,
  check: svg`<path d="M4 12.5l5 5L20 6.5"/>`,
  clock: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>`,
  close: svg`<path d="M6 6l12 12M18 6L6 18"/>`,
  dice: svg`<rect x="4" y="4" width="16" height="16" rx="3"/><path d="M8.5 8.5v.01M15.5 8.5v.01M12 12v.01M8.5 15.5v.01M15.5 15.5v.01" stroke-width="2.4"/>`,
  bell: svg`<path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4"/>`,
  download: svg`<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>`,
  edit: svg`<path d="M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"/>`,
  film: svg`<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M7 5v14M17 5v14M3 9.5h4M3 14.5h4M17 9.5h4M17 14.5h4"/>`,
  globe: svg`<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>`,
  info: svg`<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 7.5v.01"/>`,
  leave: svg`<path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9"/>`,
  link: svg`<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1"/>`,
  lock: svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  unlock: svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 7.5-2"/>`,
  minus: svg`<path d="M5 12h14"/>`,
  play: svg`<path d="M8 5.5v13l11-6.5z"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  reuse: svg`<path d="M5 7h14M5 12h9M5 17h5M16 14v6M13 17h6"/>`,
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>`,
  spark: svg`<path d="M12 3l2.2 6.8L21 12l-6.8 2.2L12 21l-2.2-6.8L3 12l6.8-2.2z"/>`,
  stop: svg`<circle cx="12" cy="12" r="9"/><path d="M8.5 8.5l7 7"/>`,
  again: svg`<path d="M20 12a8 8 0 1 1-2.6-5.9M20 3v4h-4"/>`,
};

/** The icon of this name; it says nothing to a screen reader. */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${DRAWINGS[name]}</svg>`;
}

/** A strip of film from night to day. */
export function strip() {
  return html`<div class="strip" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>`;
}
