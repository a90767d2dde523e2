/** One operation: what it takes, what it answers, and a try. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { t } from '../../i18n.js';
import { exampleOf } from '../spec.js';
import { line, prose } from './prose.js';
import { schema } from './schema.js';
import { trial } from './trial.js';

/** @param {import('../documentation.js').Documentation} docs */
export function operation(docs, told) {
  const open = docs.open.has(told.id);
  return html`<details class="panel operation" id=${told.id} ?open=${open}
    @toggle=${(event) => docs.toggle(told.id, event.target.open)}>
    <summary>
      <span class="method ${told.method.toLowerCase()}">${told.method}</span>
      <code>${told.path}</code>
      <span class="operation-words">${told.summary}</span>
    </summary>
    ${open ? unfolded(docs, told) : nothing}
  </details>`;
}

function unfolded(docs, told) {
  return html`<div class="operation-body">
    ${prose(told.description)}
    ${told.open && !told.webhook ? html`<p class="quiet">${t('docs.public')}</p>` : nothing}
    ${told.parameters.length ? parameters(docs, told) : nothing}
    ${told.body
      ? html`<h3>${t('docs.body')}</h3>
          ${schema(docs.spec, told.body.schema)} ${example(told.body.example)}`
      : nothing}
    <h3>${t('docs.answers')}</h3>
    <ul class="answers">${told.responses.map((one) => answer(docs.spec, one))}</ul>
    ${told.webhook ? nothing : trial(docs, told)}
  </div>`;
}

function parameters({ spec }, told) {
  const label = `${told.id}-parameters`;
  return html`<h3 id=${label}>${t('docs.parameters')}</h3>
    <div class="scroll" role="region" tabindex="0" aria-labelledby=${label}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t('docs.name')}</th>
            <th scope="col">${t('docs.where')}</th>
            <th scope="col">${t('docs.meaning')}</th>
          </tr>
        </thead>
        <tbody>
          ${told.parameters.map(
            (one) => html`<tr>
              <th scope="row"><code>${one.name}</code>${one.required ? html` <b>${t('docs.required')}</b>` : nothing}</th>
              <td>${one.in}</td>
              <td>${line(one.description)} ${schema(spec, one.schema)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function answer(spec, { status, description, content = {} }) {
  const [[type, media] = []] = Object.entries(content);
  return html`<li>
    <details>
      <summary><b class=${`status-${status[0]}`}>${status}</b> ${line(description)}</summary>
      ${type ? html`<p class="quiet"><code>${type}</code></p>` : html`<p class="quiet">${t('docs.nobody')}</p>`}
      ${media?.schema ? schema(spec, media.schema) : nothing} ${media ? example(exampleOf(media)) : nothing}
    </details>
  </li>`;
}

function example(value) {
  if (value === undefined) return nothing;
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return html`<pre tabindex="0" role="region" aria-label=${t('docs.example')}>${text}</pre>`;
}
