/** What admins did. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { moment } from '../../format.js';
import { t } from '../../i18n.js';

const HEADS = ['at', 'actor', 'action', 'target', 'detail'];

/** @param {import('../operations.js').Operations} ops */
export function auditTrail({ audit }) {
  return html`<section class="panel block" aria-labelledby="audit-title">
    <div class="block-head">
      <h2 id="audit-title">${t('ops.audit')}</h2>
      <button class="button small" ?disabled=${audit.loading} @click=${() => audit.load()}>${t('ops.refresh')}</button>
    </div>
    ${audit.entries.length ? table(audit.entries) : html`<p class="quiet">${t('ops.audit.none')}</p>`}
    ${audit.hasMore
      ? html`<button class="button" ?disabled=${audit.loading} @click=${() => audit.more()}>${t('list.more')}</button>`
      : nothing}
  </section>`;
}

function table(entries) {
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="audit-title">
    <table>
      <thead><tr>${HEADS.map((head) => html`<th scope="col">${t(`ops.audit.${head}`)}</th>`)}</tr></thead>
      <tbody>
        ${entries.map(
          (entry) => html`<tr>
            <td><time datetime=${entry.at}>${moment(entry.at)}</time></td>
            <td>${entry.actor}</td>
            <th scope="row">${entry.action}</th>
            <td>${entry.target ?? '–'}</td>
            <td>${entry.detail ?? '–'}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
