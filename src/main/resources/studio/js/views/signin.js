/** The way in: a name in local mode, e-mail and password with Supabase. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { t } from '../i18n.js';
import { footer } from './footer.js';
import { icon, strip } from './icons.js';

const PLANS = ['free', 'starter', 'pro'];

/** @param {import('../studio.js').Studio} studio */
export function signin(studio) {
  const { local, supabase_url: supabase } = studio.config;
  return html`<main class="entrance">
      <section class="entrance-words">
        <img src="/icons/studio.svg" alt="" width="56" height="56">
        <h1>${t('app.name')}</h1>
        <p>${t('app.tagline')}</p>
        ${strip()}
      </section>
      <section class="panel entrance-form">
        <h2>${t('signin.title')}</h2>
        ${local ? localForm(studio) : supabase ? supabaseForm(studio) : html`<p>${t('signin.none')}</p>`}
      </section>
    </main>
    ${footer(studio)}`;
}

function localForm(studio) {
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const user = form.get('user').trim();
    if (user) studio.signIn({ user, plan: form.get('plan'), admin: form.has('admin') });
  };
  return html`<form @submit=${submit}>
    <p class="quiet">${t('signin.local')}</p>
    <div class="field">
      <label for="user">${t('signin.name')}</label>
      <input id="user" name="user" type="text" required maxlength="64" autocomplete="username"
        autocapitalize="none" spellcheck="false" autofocus>
    </div>
    <div class="field">
      <label for="plan">${t('signin.plan')}</label>
      <select id="plan" name="plan">
        ${PLANS.map((plan) => html`<option value=${plan}>${t(`plan.${plan}`)}</option>`)}
      </select>
    </div>
    <label class="tick"><input type="checkbox" name="admin"> ${t('signin.admin')}</label>
    ${bottom(studio)}
  </form>`;
}

function supabaseForm(studio) {
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    studio.signIn({ email: form.get('email').trim(), password: form.get('password') });
  };
  return html`<form @submit=${submit}>
    <label class="field">
      <span>${t('signin.email')}</span>
      <input name="email" type="email" required autocomplete="username" autofocus>
    </label>
    <label class="field">
      <span>${t('signin.password')}</span>
      <input name="password" type="password" required autocomplete="current-password">
    </label>
    ${bottom(studio)}
  </form>`;
}

function bottom({ signin: { busy, error } }) {
  return html`${error ? html`<p class="wrong" role="alert">${icon('alert')}${error}</p>` : nothing}
    <button class="button main" type="submit" aria-disabled=${busy}>${t('signin.submit')}</button>`;
}
