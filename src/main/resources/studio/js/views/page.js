/** The whole page, by the state that the studio is in. */

import { html } from '../../vendor/lit-html/lit-html.js';
import { t } from '../i18n.js';
import { composer } from './composer.js';
import { footer } from './footer.js';
import { header } from './header.js';
import { icon } from './icons.js';
import { ledger } from './ledger.js';
import { list } from './list.js';
import { signin } from './signin.js';

const PHASES = { loading, failed, signedout: signin, ready };

/** @param {import('../studio.js').Studio} studio */
export function page(studio) {
  return html`${PHASES[studio.phase](studio)} ${toasts(studio)}`;
}

function loading() {
  return html`<main class="plain" aria-busy="true">
    <span class="spinner" aria-hidden="true"></span>
    <p>${t('app.loading')}</p>
  </main>`;
}

function failed(studio) {
  return html`<main class="plain">
    <h1>${t('app.name')}</h1>
    <p role="alert">${t('app.failed')}</p>
    <button class="button" @click=${() => studio.boot()}>${t('app.again')}</button>
  </main>`;
}

function ready(studio) {
  return html`<a class="skip" href="#generations">${t('app.skip')}</a>
    ${header(studio)}
    <main class="studio ${studio.history.only ? 'sole' : ''}">${composer(studio)} ${list(studio)}</main>
    ${footer(studio)} ${ledger(studio)}`;
}

function toasts(studio) {
  const { all } = studio.toasts;
  const marks = { good: 'check', bad: 'alert', note: 'info' };
  return html`<div class="toasts" aria-live="polite">
    ${all.map(
      ({ id, kind, text }) => html`<div class="toast ${kind}">
        ${icon(marks[kind])}
        <p>${text}</p>
        <button class="bare" aria-label=${t('toast.dismiss')} @click=${() => studio.toasts.dismiss(id)}>
          ${icon('close')}
        </button>
      </div>`,
    )}
  </div>`;
}
