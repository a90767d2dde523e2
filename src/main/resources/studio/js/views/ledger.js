/** Every credit that came and went. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { ref } from '../../vendor/lit-html/directives/ref.js';
import { moment } from '../format.js';
import { t } from '../i18n.js';
import { icon } from './icons.js';

/** @param {import('../studio.js').Studio} studio */
export function ledger(studio) {
  const { ledger: book } = studio;
  if (!book.shown) return nothing;
  return html`<dialog class="panel ledger" aria-labelledby="ledger-title" ${ref(show)}
    @close=${() => book.close()}
    @click=${(event) => event.target === event.currentTarget && event.target.close()}>
    <div class="ledger-head">
      <h2 id="ledger-title">${t('ledger.title')}</h2>
      <form method="dialog">
        <button class="bare" aria-label=${t('ledger.close')}>${icon('close')}</button>
      </form>
    </div>
    <p class="ledger-balance">${t('ledger.balance')} <strong>${book.balance ?? '–'}</strong></p>
    ${book.entries.length ? table(studio) : html`<p>${book.loading ? '…' : t('ledger.empty')}</p>`}
    ${book.hasMore
      ? html`<button class="button" ?disabled=${book.loading} @click=${() => book.more()}>
          ${t('list.more')}
        </button>`
      : nothing}
  </dialog>`;
}

function table({ ledger: book, board }) {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${t('ledger.what')}</th>
        <th scope="col">${t('ledger.when')}</th>
        <th scope="col" class="figure">${t('ledger.amount')}</th>
        <th scope="col" class="figure">${t('ledger.after')}</th>
      </tr>
    </thead>
    <tbody>
      ${book.entries.map((entry) => row(entry, board))}
    </tbody>
  </table>`;
}

function row(entry, board) {
  const prompt = board.byId(entry.generation_id)?.told.prompt;
  return html`<tr>
    <td><span class="kind ${entry.kind}">${t(`ledger.${entry.kind}`)}</span>
      ${prompt ? html`<span class="ledger-for">${prompt}</span>` : nothing}
      <span class="ledger-then">${moment(entry.created_at, 'short', 'short')}</span></td>
    <td>${moment(entry.created_at, 'short')}</td>
    <td class="figure ${entry.amount < 0 ? '' : 'plus'}">${entry.amount < 0 ? `−${-entry.amount}` : `+${entry.amount}`}</td>
    <td class="figure">${entry.balance_after}</td>
  </tr>`;
}

/** A dialog can be shown only once it is in the document, which is after this drawing. */
function show(dialog) {
  queueMicrotask(() => {
    if (dialog?.isConnected && !dialog.open) dialog.showModal();
  });
}
