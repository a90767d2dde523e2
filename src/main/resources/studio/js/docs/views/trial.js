/** The form that sends a request, and what came back. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { number } from '../../format.js';
import { t } from '../../i18n.js';

/** @param {import('../documentation.js').Documentation} docs */
export function trial(docs, told) {
  const tried = docs.trial(told);
  const title = `${told.id}-trial`;
  const submit = (event) => {
    event.preventDefault();
    tried.send();
  };
  return html`<form class="trial" aria-labelledby=${title} @submit=${submit}>
    <h3 id=${title}>${t('docs.try')}</h3>
    <div class="trial-fields">${told.parameters.map((one) => field(tried, one))}</div>
    ${tried.body === undefined ? nothing : body(docs, tried)}
    <p><code class="url">${told.method} ${tried.url}</code></p>
    <div class="actions">
      <button class="button main" type="submit" aria-disabled=${tried.busy}>${t('docs.send')}</button>
      ${tried.busy
        ? html`<button class="button" type="button" @click=${() => tried.stop()}>${t('docs.stop')}</button>`
        : nothing}
      <button class="button" type="button" @click=${() => copy(docs, tried)}>${t('docs.curl')}</button>
    </div>
    ${tried.answer ? answer(tried.answer) : nothing}
  </form>`;
}

function field(tried, one) {
  const key = `${one.in} ${one.name}`;
  const hint = one.schema?.examples?.[0] ?? one.schema?.default ?? '';
  return html`<label class="field">
    <span>${one.name}${one.required ? ' *' : ''}</span>
    <input type="text" ?required=${one.required} placeholder=${hint} spellcheck="false" autocapitalize="none"
      .value=${tried.values[key] ?? ''} @input=${(event) => tried.set(key, event.target.value)}>
  </label>`;
}

function body(docs, tried) {
  const change = (event) => {
    tried.body = event.target.value;
    docs.changed();
  };
  return html`<label class="field">
    <span>${t('docs.body')}</span>
    <textarea spellcheck="false" rows="8" .value=${tried.body} @input=${change}></textarea>
  </label>`;
}

function answer({ error, status, millis, headers, text, bytes }) {
  if (error) return html`<p class="wrong" role="alert">${t('docs.noanswer', { error })}</p>`;
  return html`<p role="status"><b class=${`status-${String(status)[0]}`}>${status}</b> ${t('docs.took', { n: millis })}</p>
    <ul class="answer-headers">${headers.map(([name, value]) => html`<li><code>${name}: ${value}</code></li>`)}</ul>
    ${bytes === undefined
      ? text && html`<pre tabindex="0" role="region" aria-label=${t('docs.answer')}>${text}</pre>`
      : html`<p>${t('docs.bytes', { size: number(bytes) })}</p>`}`;
}

async function copy(docs, tried) {
  try {
    await navigator.clipboard.writeText(tried.curl);
    docs.toasts.say(t('docs.copied'));
  } catch {
    tried.answer = null;
    docs.toasts.say(tried.curl);
  }
}
