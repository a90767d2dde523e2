/** A JSON schema in words; what it refers to unfolds on demand, since some refer to themselves. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { t } from '../../i18n.js';
import { Spec } from '../spec.js';
import { line } from './prose.js';

/**
 * @param {Spec} spec
 * @param {object} told a schema, or a reference to one
 */
export function schema(spec, told) {
  if (!told) return nothing;
  const found = spec.at(told);
  const members = membersOf(spec, found);
  if (!members.size) {
    const choices = found.oneOf ?? found.anyOf;
    if (choices && !told.$ref) return html`<ul class="choices">${choices.map((one) => html`<li>${schema(spec, one)}</li>`)}</ul>`;
    return html`<span class="type">${type(spec, told)}</span>${limits(found)}`;
  }
  return html`<details class="schema">
    <summary>${type(spec, told)}</summary>
    <dl>
      ${[...members].map(
        ([name, { schema: member, required }]) => html`<dt>
            <code>${name}</code> <span class="type">${type(spec, member)}</span>${limits(spec.at(member))}
            ${required ? html`<b>${t('docs.required')}</b>` : nothing}
          </dt>
          <dd>${line(spec.at(member).description ?? '')} ${deeper(spec, member)}</dd>`,
      )}
    </dl>
  </details>`;
}

function deeper(spec, member) {
  const found = spec.at(member);
  const inner = found.items ?? (found.anyOf ?? []).find((one) => one.$ref) ?? member;
  return membersOf(spec, spec.at(inner)).size ? schema(spec, inner) : nothing;
}

function membersOf(spec, told, into = new Map()) {
  for (const part of told.allOf ?? []) membersOf(spec, spec.at(part), into);
  for (const [name, member] of Object.entries(told.properties ?? {})) {
    if (!into.has(name)) into.set(name, { schema: member, required: (told.required ?? []).includes(name) });
  }
  return into;
}

function type(spec, told) {
  if (told.$ref) return Spec.nameOf(told.$ref);
  if (told.const !== undefined) return JSON.stringify(told.const);
  const choices = told.anyOf ?? told.oneOf;
  if (choices) return choices.map((one) => type(spec, one)).join(` ${t('docs.or')} `);
  if (told.allOf) return told.allOf.filter((one) => one.$ref).map((one) => Spec.nameOf(one.$ref)).join(' + ');
  const types = [told.type ?? 'any'].flat().join(` ${t('docs.or')} `);
  return told.items ? `${types} <${type(spec, told.items)}>` : types;
}

function limits({ enum: values, minimum, maximum, minLength, maxLength, format, default: normally }) {
  const all = [
    values?.join(' | '),
    format,
    minimum !== undefined && `≥ ${minimum}`,
    maximum !== undefined && `≤ ${maximum}`,
    minLength !== undefined && t('docs.longer', { least: minLength }),
    maxLength !== undefined && t('docs.shorter', { most: maxLength }),
    normally !== undefined && t('docs.default', { value: JSON.stringify(normally) }),
  ].filter(Boolean);
  return all.length ? html` <span class="limits">${all.join(', ')}</span>` : nothing;
}
