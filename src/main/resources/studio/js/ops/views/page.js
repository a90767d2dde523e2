/** The whole page, by the state that it is in. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { clock } from '../../format.js';
import { t } from '../../i18n.js';
import { footer } from '../../views/footer.js';
import { icon } from '../../views/icons.js';
import { auditTrail } from './audit-trail.js';
import { cases } from './cases.js';
import { charts } from './charts.js';
import { entrance, stranger } from './entrance.js';
import { instance } from './instance.js';
import { pausing, summary } from './summary.js';
import { users } from './users.js';

const PHASES = { loading, failed, signedout: entrance, stranger, ready };

/** @param {import('../operations.js').Operations} ops */
export function page(ops) {
  return html`${PHASES[ops.phase](ops)} ${toasts(ops)}`;
}

function loading() {
  return html`<main class="plain" aria-busy="true">
    <span class="spinner" aria-hidden="true"></span>
    <p>${t('app.loading')}</p>
  </main>`;
}

function failed() {
  return html`<main class="plain">
    <h1>${t('app.name')}</h1>
    <p role="alert">${t('ops.unreachable')}</p>
  </main>`;
}

function ready(ops) {
  return html`<a class="skip" href="#cases">${t('ops.skip')}</a>
    ${head(ops)}
    <main class="ops">
      ${ops.overview
        ? html`${pausing(ops)} ${summary(ops)}
            <div class="figures-all">${charts(ops)} ${instance(ops)}</div>`
        : html`<p class="quiet" aria-busy="true">${t('app.loading')}</p>`}
      ${cases(ops)} ${users(ops)} ${auditTrail(ops)}
    </main>
    ${foot(ops)}`;
}

/** Without what only the Studio has. */
function foot(ops) {
  return footer({ toasts: ops.toasts, changed: () => ops.changed() });
}

function head(ops) {
  const { me, session, overview, stale } = ops;
  const state = stale ? 'reconnecting' : overview ? 'live' : 'connecting';
  return html`<header class="head">
    <div class="brand">
      <img src="/icons/studio.svg" alt="" width="32" height="32">
      <h1>${t('app.name')}</h1>
    </div>
    <p class="link ${state}">
      <i aria-hidden="true"></i>
      <span role="status" aria-label=${t('head.connection')}>${t(stale ? 'ops.stale' : `connection.${state}`)}</span>
      ${overview ? html`<time datetime=${overview.at}>${clock(overview.at)}</time>` : nothing}
    </p>
    <nav class="account" aria-label=${t('ops.elsewhere')}>
      <a class="button small" href="/">${t('ops.studio')}</a>
      <a class="button small" href="/docs">${t('ops.docs')}</a>
      <span class="account-name">${session?.current?.name || me.user_id}</span>
      <button class="button small sign-out" title=${t('head.signout')} @click=${() => ops.signOut()}>
        ${icon('leave')}<span>${t('head.signout')}</span>
      </button>
    </nav>
  </header>`;
}

function toasts(ops) {
  const marks = { good: 'check', bad: 'alert', note: 'info' };
  return html`<div class="toasts" aria-live="polite">
    ${ops.toasts.all.map(
      ({ id, kind, text }) => html`<div class="toast ${kind}">
        ${icon(marks[kind])}
        <p>${text}</p>
        <button class="bare" aria-label=${t('toast.dismiss')} @click=${() => ops.toasts.dismiss(id)}>
          ${icon('close')}
        </button>
      </div>`,
    )}
  </div>`;
}
