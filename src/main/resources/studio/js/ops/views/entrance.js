/** The way in for admins, and what whoever is none reads. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { t } from '../../i18n.js';
import { footer } from '../../views/footer.js';
import { icon } from '../../views/icons.js';

/** @param {import('../operations.js').Operations} ops */
export function entrance(ops) {
  return html`<main class="plain">
      <h1>${t('app.name')}</h1>
      <p>${t('ops.tagline')}</p>
      ${form(ops)}
      <a href="/">${t('ops.studio')}</a>
    </main>
    ${footer(ops)}`;
}

/** Signed in, but without the role. */
export function stranger(ops) {
  const name = ops.session.current?.name || ops.me.user_id;
  return html`<main class="plain">
      <h1>${t('app.name')}</h1>
      <p role="alert">${t('ops.stranger', { name })}</p>
      ${ops.config.local
        ? form(ops)
        : html`<button class="button" @click=${() => ops.signOut()}>${t('ops.another')}</button>`}
      <a href="/">${t('ops.studio')}</a>
    </main>
    ${footer(ops)}`;
}

function form(ops) {
  const { local, supabase_url: supabase } = ops.config;
  if (local) return localForm(ops);
  return supabase ? supabaseForm(ops) : html`<p>${t('signin.none')}</p>`;
}

function localForm(ops) {
  const submit = (event) => {
    event.preventDefault();
    const user = new FormData(event.target).get('user').trim();
    if (user) ops.signIn({ user, plan: 'pro', admin: true });
  };
  return html`<form class="panel way-in" @submit=${submit}>
    <p class="quiet">${t('ops.local')}</p>
    <label class="field">
      <span>${t('signin.name')}</span>
      <input name="user" type="text" required maxlength="64" autocomplete="username"
        autocapitalize="none" spellcheck="false" autofocus
        .value=${ops.session?.current?.name ?? ''}>
    </label>
    ${bottom(ops, 'ops.signin')}
  </form>`;
}

function supabaseForm(ops) {
  const submit = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    ops.signIn({ email: data.get('email').trim(), password: data.get('password') });
  };
  return html`<form class="panel way-in" @submit=${submit}>
    <label class="field">
      <span>${t('signin.email')}</span>
      <input name="email" type="email" required autocomplete="username" autofocus>
    </label>
    <label class="field">
      <span>${t('signin.password')}</span>
      <input name="password" type="password" required autocomplete="current-password">
    </label>
    ${bottom(ops, 'signin.submit')}
  </form>`;
}

function bottom({ signin: { busy, error } }, words) {
  return html`${error ? html`<p class="wrong" role="alert">${icon('alert')}${error}</p>` : nothing}
    <button class="button main" type="submit" aria-disabled=${busy}>${t(words)}</button>`;
}
