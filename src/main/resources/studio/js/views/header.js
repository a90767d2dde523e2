/** Who is here, what is left to spend, and whether the page is in touch. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { t } from '../i18n.js';
import { icon } from './icons.js';

/** @param {import('../studio.js').Studio} studio */
export function header(studio) {
  const { me, connection, config } = studio;
  return html`<header class="head">
    <div class="brand">
      <img src="/icons/studio.svg" alt="" width="32" height="32">
      <h1>${t('app.name')}</h1>
      ${config.sandbox
        ? html`<span class="badge" title=${t('head.sandbox.long')}>${t('head.sandbox')}</span>`
        : nothing}
    </div>
    <p class="link ${connection}">
      <i aria-hidden="true"></i>
      <span role="status" aria-label=${t('head.connection')}>${t(`connection.${connection}`)}</span>
    </p>
    <div class="purse">
      ${icon('film')}
      <span class="purse-value" role="group" aria-label=${t('head.credits')}>${me?.credits ?? '–'}</span>
      <span class="purse-unit" aria-hidden="true">${t('head.credits.unit')}</span>
      <button class="button small" @click=${() => studio.ledger.open()}>${t('head.ledger')}</button>
    </div>
    ${account(studio)}
  </header>`;
}

function account(studio) {
  const { me } = studio;
  const name = studio.session?.current?.name || me?.user_id || '';
  return html`<div class="account">
    <span class="account-name" title=${name}>${name}</span>
    ${me ? html`<span class="account-plan">${t(`plan.${me.plan}`)}</span>` : nothing}
    ${me?.roles?.includes('admin')
      ? html`<a class="button small" href="/ops">${t('head.ops')}</a>`
      : nothing}
    <button class="button small sign-out" title=${t('head.signout')} @click=${() => studio.signOut()}>
      ${icon('leave')}<span>${t('head.signout')}</span>
    </button>
  </div>`;
}
