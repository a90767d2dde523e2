/** Generations of everybody, with what each attempt met. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { repeat } from '../../../vendor/lit-html/directives/repeat.js';
import { excerpt, moment, number } from '../../format.js';
import { t } from '../../i18n.js';
import { seconds } from '../figures.js';

const STATUSES = ['failed', 'queued', 'processing', 'completed', 'cancelled', ''];

/** @param {import('../operations.js').Operations} ops */
export function cases(ops) {
  const list = ops.cases;
  return html`<section class="panel block" id="cases" tabindex="-1" aria-labelledby="cases-title">
    <div class="block-head">
      <h2 id="cases-title">${t('ops.cases')}</h2>
      ${filters(list)}
      <button class="button small" ?disabled=${list.loading} @click=${() => list.load()}>${t('ops.refresh')}</button>
      ${list.retryable.length
        ? html`<button class="button small" ?disabled=${Boolean(list.sweep)} @click=${() => ask()}>
            ${t('ops.case.all', { n: list.retryable.length })}
          </button>`
        : nothing}
    </div>
    ${list.sweep ? html`<p role="status">${t('ops.case.sweeping', list.sweep)}</p>` : nothing}
    ${list.rows.length
      ? html`<ul class="cases" aria-labelledby="cases-title">
          ${repeat(list.rows, ({ id }) => id, (row) => item(list, row))}
        </ul>`
      : html`<p class="quiet">${list.loading ? t('app.loading') : t('ops.cases.none')}</p>`}
    ${list.hasMore
      ? html`<button class="button" ?disabled=${list.loading} @click=${() => list.more()}>${t('list.more')}</button>`
      : nothing}
    ${confirmation(list)}
  </section>`;
}

function filters(list) {
  const submit = (event) => {
    event.preventDefault();
    list.filter({ user: new FormData(event.target).get('user') });
  };
  return html`<form class="filter" @submit=${submit}>
    <label class="field"><span>${t('ops.status')}</span>
      <select @change=${(event) => list.filter({ status: event.target.value })}>
        ${STATUSES.map(
          (status) => html`<option value=${status} ?selected=${status === list.status}>
            ${t(status ? `status.${status}` : 'filter.all')}
          </option>`,
        )}
      </select>
    </label>
    <label class="field"><span>${t('ops.user')}</span>
      <input name="user" type="text" autocapitalize="none" spellcheck="false" maxlength="255" .value=${list.user}>
    </label>
    <button class="button small" type="submit">${t('ops.find')}</button>
  </form>`;
}

function item(list, row) {
  const attempts = list.attempts.get(row.id);
  const title = `case-${row.id}`;
  return html`<li class="case" data-id=${row.id}>
    <p class="case-prompt" id=${title}>${excerpt(row.prompt, 120)}</p>
    <p class="quiet case-facts">
      <span>${t(`status.${row.status}`)}</span><span>${row.user_id}</span><span>${row.model}</span>
      <span>${t('card.charged', { n: row.credits_charged })}</span>
      <span>${t('ops.attempts.n', { n: row.attempts })}</span>
      <time datetime=${row.created_at}>${moment(row.completed_at ?? row.created_at)}</time>
      <code>${row.id}</code>
    </p>
    ${row.error ? html`<p class="wrong">${row.error.code}: ${row.error.message}</p>` : nothing}
    <div class="actions">
      <button class="button small" aria-expanded=${attempts ? 'true' : 'false'} aria-describedby=${title}
        @click=${() => list.toggle(row.id)}>${t('ops.attempts')}</button>
      ${row.status === 'failed'
        ? html`<button class="button small" aria-describedby=${title} ?disabled=${list.busy.has(row.id)}
            @click=${() => list.retry(row.id)}>${t('card.retry')}</button>`
        : nothing}
    </div>
    ${attempts ? history(row, attempts) : nothing}
  </li>`;
}

function history({ id }, attempts) {
  if (!attempts.length) return html`<p class="quiet">${t('ops.attempts.none')}</p>`;
  const heads = ['run', 'attempt', 'begun', 'took', 'prediction', 'outcome', 'cost'];
  return html`<div class="scroll" role="region" tabindex="0" aria-label=${t('ops.attempts')} id=${`attempts-${id}`}>
    <table>
      <thead><tr>${heads.map((head) => html`<th scope="col">${t(`ops.attempt.${head}`)}</th>`)}</tr></thead>
      <tbody>
        ${attempts.map(
          (one) => html`<tr>
            <td>${number(one.run)}</td>
            <th scope="row">${number(one.attempt)}</th>
            <td>${moment(one.started_at)}</td>
            <td>${one.ended_at ? seconds((Date.parse(one.ended_at) - Date.parse(one.started_at)) / 1000) : '–'}</td>
            <td><code>${one.prediction_id ?? '–'}</code></td>
            <td>${one.error ? `${one.error.code}: ${one.error.message}` : t(`ops.attempt.${one.state}`)}</td>
            <td>${figures(one.metrics)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What the provider says that it took. */
function figures(metrics) {
  const all = Object.entries(metrics ?? {});
  return all.length ? all.map(([name, value]) => html`<div>${name}: ${JSON.stringify(value)}</div>`) : '–';
}

function confirmation(list) {
  const credits = list.retryable.reduce((sum, row) => sum + row.credits_charged, 0);
  const closed = (event) => {
    if (event.target.returnValue === 'yes') list.retryAll();
  };
  return html`<dialog class="panel confirm" id="retry-all" aria-labelledby="retry-all-words" @close=${closed}>
    <form method="dialog">
      <p id="retry-all-words">${t('ops.case.sure', { n: list.retryable.length, credits })}</p>
      <div class="actions">
        <button class="button" value="no">${t('ops.no')}</button>
        <button class="button main" value="yes">${t('card.retry')}</button>
      </div>
    </form>
  </dialog>`;
}

function ask() {
  const dialog = document.getElementById('retry-all');
  dialog.returnValue = '';
  dialog.showModal();
}
