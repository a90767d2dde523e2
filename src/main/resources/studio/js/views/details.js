/** What only some want to know of a generation. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { fault, moment, span } from '../format.js';
import { t } from '../i18n.js';

/** Folded away below its card. */
export function details({ told }) {
  const took = told.completed_at && told.started_at
    ? span((Date.parse(told.completed_at) - Date.parse(told.started_at)) / 1000)
    : null;
  return html`<details class="details">
    <summary>${t('card.details')}</summary>
    <dl>
      ${row('enhanced', told.enhanced_prompt)} ${row('negative', told.negative_prompt)}
      ${row('seed', told.seed ?? t('detail.seed.random'))} ${row('provider', told.provider_model)}
      ${row('length', told.provider_duration && span(told.provider_duration))}
      ${row('attempts', told.attempts > 1 ? String(told.attempts) : null)}
      ${row('setbacks', setbacks(told))}
      ${row('created', moment(told.created_at))} ${row('took', took)}
      ${row('id', told.id, true)} ${row('trace', told.trace_id, true)}
    </dl>
  </details>`;
}

/** Why earlier attempts failed, where that has been asked for. */
function setbacks({ attempt_history: all }) {
  return all?.length
    ? all.map(({ attempt, error }) => html`<div>${t('detail.setback', { attempt, message: fault(error) })}</div>`)
    : null;
}

function row(name, value, code = false) {
  if (value === null || value === undefined || value === '') return nothing;
  return html`<div><dt>${t(`detail.${name}`)}</dt><dd>${code ? html`<code>${value}</code>` : value}</dd></div>`;
}
