/** The page's end: its language, and whether it may call. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { language, languages, speak, t } from '../i18n.js';
import * as notices from '../notices.js';
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
    <a href="/docs">${t('head.docs')}</a>
    ${studio.phase === 'ready' && notices.possible() ? bell(studio) : nothing}
  </footer>`;
}

function bell(studio) {
  const change = async () => {
    const on = await notices.toggle();
    studio.toasts.say(t(on ? 'foot.notices.on' : 'foot.notices.off'));
  };
  return html`<button class="button small" aria-pressed=${notices.wanted()} @click=${change}>
    ${icon('bell')}${t('foot.notices')}
  </button>`;
}
