/** The page's end: its language. */

import { html } from '../../vendor/lit-html/lit-html.js';
import { language, languages, speak, t } from '../i18n.js';
import { icon } from './icons.js';

/** @param {import('../studio.js').Studio} studio */
export function footer(studio) {
  const change = (event) => {
    speak(event.target.value);
    studio.toasts.title();
    studio.changed();
  };
  return html`<footer class="foot">
    <label class="foot-language">
      ${icon('globe')}<span class="unseen">${t('head.language')}</span>
      <select @change=${change}>
        ${languages.map(
          ({ id, name }) => html`<option value=${id} ?selected=${id === language()}>${name}</option>`,
        )}
      </select>
    </label>
  </footer>`;
}
