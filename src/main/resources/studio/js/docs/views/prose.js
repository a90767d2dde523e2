/** The little of Markdown that the description uses: paragraphs and code. */

import { html } from '../../../vendor/lit-html/lit-html.js';

/** Paragraphs. */
export function prose(text = '') {
  return text.split(/\n\n+/).map((paragraph) => html`<p>${line(paragraph)}</p>`);
}

/** One line. */
export function line(text = '') {
  return text.split(/(`[^`]+`)/).map((part) => (part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : part));
}
