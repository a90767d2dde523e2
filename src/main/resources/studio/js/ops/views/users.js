/** Looking somebody up. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { moment, number } from '../../format.js';
import { t } from '../../i18n.js';

/** @param {import('../operations.js').Operations} ops */
export function users(ops) {
  const { users: book } = ops;
  const submit = (event) => {
    event.preventDefault();
    book.find(new FormData(event.target).get('id'));
  };
  return html`<section class="panel block" aria-labelledby="users-title">
    <div class="block-head">
      <h2 id="users-title">${t('ops.users')}</h2>
      <form class="filter" role="search" aria-labelledby="users-title" @submit=${submit}>
        <label class="field"><span>${t('ops.user.id')}</span>
          <input name="id" type="text" required maxlength="255" autocapitalize="none" spellcheck="false">
        </label>
        <button class="button small" type="submit" aria-disabled=${book.busy}>${t('ops.user.find')}</button>
      </form>
    </div>
    <div aria-live="polite">
      ${book.missing ? html`<p>${t('ops.user.missing', { id: book.id })}</p>` : nothing}
      ${book.account ? account(ops, book.account) : nothing}
    </div>
  </section>`;
}

function account(ops, { user_id: id, plan, status, credits, reputation, created_at: created }) {
  const facts = [
    ['ops.user.id', id],
    ['signin.plan', t(`plan.${plan}`)],
    ['ops.status', t(`ops.user.${status}`)],
    ['head.credits', number(credits)],
    ['ops.user.reputation', number(reputation)],
    ['ops.user.since', moment(created)],
  ];
  const suspended = status === 'suspended';
  return html`<dl class="facts-list">
      ${facts.map(([key, value]) => html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`)}
    </dl>
    <div class="actions">
      <button class="button small" @click=${() => ops.users.setStatus(suspended ? 'active' : 'suspended')}>
        ${t(suspended ? 'ops.user.activate' : 'ops.user.suspend')}
      </button>
      <button class="button small" @click=${() => ops.cases.filter({ status: '', user: id })}>
        ${t('ops.user.generations')}
      </button>
    </div>
    ${grant(ops)}`;
}

function grant({ users: book }) {
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const data = new FormData(form);
    const done = await book.adjust(Number(data.get('amount')), data.get('reason').trim());
    if (done) form.reset();
  };
  return html`<form class="filter" @submit=${submit}>
    <label class="field"><span>${t('ops.user.amount')}</span>
      <input name="amount" type="number" step="1" required>
    </label>
    <label class="field"><span>${t('ops.user.reason')}</span>
      <input name="reason" type="text" required maxlength="500">
    </label>
    <button class="button small" type="submit" aria-disabled=${book.busy}>${t('ops.user.adjust')}</button>
  </form>`;
}
