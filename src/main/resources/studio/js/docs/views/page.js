/** The whole page: what there is at the side, and each operation in full. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { repeat } from '../../../vendor/lit-html/directives/repeat.js';
import { t } from '../../i18n.js';
import { footer } from '../../views/footer.js';
import { operation } from './operation.js';
import { prose } from './prose.js';

/** @param {import('../documentation.js').Documentation} docs */
export function page(docs) {
  if (!docs.spec) {
    return html`<main class="plain" aria-busy=${docs.failed ? 'false' : 'true'}>
      <h1>${t('app.name')}</h1>
      <p role="status">${t(docs.failed ? 'docs.failed' : 'app.loading')}</p>
    </main>`;
  }
  const groups = docs.spec.groups(docs.filter);
  return html`<a class="skip" href="#operations">${t('docs.skip')}</a>
    ${head(docs)}
    <div class="docs">
      ${contents(docs, groups)}
      <main id="operations" tabindex="-1">
        <div class="panel intro">
          ${prose(docs.spec.info.description)} ${token(docs)}
        </div>
        ${groups.length ? nothing : html`<p>${t('docs.none')}</p>`}
        ${repeat(groups, ({ name }) => name, (group) => section(docs, group))}
      </main>
    </div>
    ${footer(docs)}`;
}

function head({ spec }) {
  return html`<header class="head">
    <div class="brand">
      <img src="/icons/studio.svg" alt="" width="32" height="32">
      <h1>${spec.info.title}</h1>
      <span class="badge">${spec.info.version}</span>
    </div>
    <nav class="account" aria-label=${t('docs.elsewhere')}>
      <a class="button small" href="/">${t('docs.studio')}</a>
      <a class="button small" href="/api/openapi.json" download="openapi.json">openapi.json</a>
    </nav>
  </header>`;
}

function contents(docs, groups) {
  const search = (event) => {
    docs.filter = event.target.value;
    docs.changed();
  };
  return html`<nav class="contents" aria-label=${t('docs.contents')}>
    <label class="field"><span>${t('docs.search')}</span>
      <input type="search" .value=${docs.filter} @input=${search}>
    </label>
    ${groups.map(
      ({ name, operations }) => html`<h2>${name}</h2>
        <ul>
          ${operations.map(
            ({ id, summary, method }) => html`<li>
              <a href=${`#${id}`} @click=${() => docs.follow(id)}>
                <span class="method ${method.toLowerCase()}" aria-hidden="true">${method}</span>${summary}
              </a>
            </li>`,
          )}
        </ul>`,
    )}
  </nav>`;
}

function token(docs) {
  const change = (event) => {
    docs.token = event.target.value.trim();
    docs.changed();
  };
  return html`<label class="field token"><span>${t('docs.token')}</span>
      <input type="password" autocomplete="off" spellcheck="false" .value=${docs.token} @input=${change}>
    </label>
    <p class="quiet">${t('docs.token.long')}</p>`;
}

function section(docs, { name, description, operations }) {
  const id = `tag-${name.toLowerCase().replace(/\W+/g, '-')}`;
  return html`<section class="group" aria-labelledby=${id}>
    <h2 id=${id}>${name}</h2>
    <p class="quiet">${description}</p>
    ${repeat(operations, (one) => one.id, (one) => operation(docs, one))}
  </section>`;
}
