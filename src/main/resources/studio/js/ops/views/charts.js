/** Each chart with its legend, and its figures as a table. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { ref } from '../../../vendor/lit-html/directives/ref.js';
import { repeat } from '../../../vendor/lit-html/directives/repeat.js';
import { formatter, t } from '../../i18n.js';
import { Chart } from '../chart.js';
import { figures } from '../figures.js';

const MOST_ROWS = 60;
const mounted = new Map();
const mounts = new Map();

/** @param {import('../operations.js').Operations} ops */
export function charts(ops) {
  const all = figures(ops);
  queueMicrotask(() => all.forEach((spec) => mounted.get(spec.id)?.show(spec)));
  return html`<section class="charts" aria-labelledby="charts-title">
    <h2 id="charts-title" class="unseen">${t('ops.charts')}</h2>
    ${repeat(all, ({ id }) => id, (spec) => figure(ops, spec))}
  </section>`;
}

function figure(ops, { id, xs, lines, tell }) {
  const open = ops.tables.has(id);
  const toggled = (event) => {
    if (event.target.open === ops.tables.has(id)) return;
    ops.tables[event.target.open ? 'add' : 'delete'](id);
    ops.changed();
  };
  return html`<article class="panel chart" aria-labelledby=${`chart-${id}`}>
    <h3 id=${`chart-${id}`}>${t(`ops.chart.${id}`)}</h3>
    <p class="quiet">${t(`ops.chart.${id}.long`)}</p>
    <div class="plot" role="img" aria-label=${spoken(id, lines, tell)} ${ref(mount(id))}></div>
    <ul class="legend">
      ${lines.map(
        ({ label, values }, n) => html`<li class=${`line-${(n % 5) + 1}`}>
          <i aria-hidden="true"></i>${label} <b>${last(values, tell)}</b>
        </li>`,
      )}
    </ul>
    <details class="more" ?open=${open} @toggle=${toggled}>
      <summary>${t('ops.table')}<span class="unseen">: ${t(`ops.chart.${id}`)}</span></summary>
      ${open ? table(id, xs, lines, tell) : nothing}
    </details>
  </article>`;
}

function table(id, xs, lines, tell) {
  const clock = formatter('DateTimeFormat', { timeStyle: 'medium' });
  const rows = xs.map((at, n) => ({ at, n })).slice(-MOST_ROWS).reverse();
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby=${`chart-${id}`}>
    <table>
      <thead>
        <tr>
          <th scope="col">${t('ops.time')}</th>
          ${lines.map(({ label }) => html`<th scope="col" class="figure">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ at, n }) => html`<tr>
            <th scope="row">${clock.format(new Date(at * 1000))}</th>
            ${lines.map(({ values }) => html`<td class="figure">${told(values[n], tell)}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function spoken(id, lines, tell) {
  const latest = lines.map(({ label, values }) => `${label} ${last(values, tell)}`).join(', ');
  return `${t(`ops.chart.${id}`)}: ${latest}`;
}

function last(values, tell) {
  return told(values.findLast((value) => value !== null), tell);
}

function told(value, tell) {
  return value === null || value === undefined ? '–' : tell(value);
}

/** The same function for the same chart each time, or it would be let go of at each drawing. */
function mount(id) {
  if (!mounts.has(id)) {
    mounts.set(id, (element) => {
      mounted.get(id)?.close();
      mounted.delete(id);
      if (element) mounted.set(id, new Chart(element));
    });
  }
  return mounts.get(id);
}
