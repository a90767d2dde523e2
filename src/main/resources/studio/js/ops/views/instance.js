/** Who works on what, what fails, and how the instance that answers is doing. */

import { html } from '../../../vendor/lit-html/lit-html.js';
import { number } from '../../format.js';
import { t } from '../../i18n.js';
import { icon } from '../../views/icons.js';
import { causes, seconds } from '../figures.js';

/** @param {import('../operations.js').Operations} ops */
export function instance({ overview }) {
  const { queues, holders, minutes, here } = overview;
  const { creates, calls } = here.provider;
  return html`<div class="tables">
    ${table(
      'queues',
      ['ops.queue', 'ops.ready', 'ops.held', 'ops.delayed', 'ops.oldest'],
      queues.map((queue) => [
        `${t(`ops.priority.${queue.priority}`)} (${t(`plan.${queue.plan}`)})`,
        number(queue.ready),
        number(queue.held_back),
        number(queue.delayed),
        queue.oldest_ms === null ? '–' : seconds(queue.oldest_ms / 1000),
      ]),
    )}
    ${table(
      'holders',
      ['ops.worker', 'ops.generations'],
      holders.map((holder) => [holder.worker || t('ops.nobody'), number(holder.generations)]),
    )}
    ${table(
      'causes',
      ['ops.cause', 'ops.times'],
      causes(minutes).map(({ code, times }) => [code, number(times)]),
    )}
    ${table(
      'budgets',
      ['ops.budget', 'ops.left', 'ops.perminute', 'ops.pause.left'],
      [['creates', creates], ['calls', calls]].map(([id, budget]) => [
        t(`ops.line.${id}`),
        budget.left === null ? '∞' : number(budget.left),
        budget.per_minute === null ? '∞' : number(budget.per_minute),
        budget.paused_ms ? seconds(budget.paused_ms / 1000) : '–',
      ]),
    )}
    <section class="panel figures" aria-labelledby="checks-title">
      <h3 id="checks-title">${t('ops.checks')}</h3>
      <p class="quiet">${t('ops.checks.long', { instance: here.instance })}</p>
      <ul class="checks">
        ${here.checks.map(
          ({ name, healthy, message }) => html`<li class=${healthy ? 'good' : 'bad'}>
            ${icon(healthy ? 'check' : 'alert')}
            <span>${name}: ${healthy ? t('ops.healthy') : (message ?? t('ops.unhealthy'))}</span>
          </li>`,
        )}
      </ul>
    </section>
  </div>`;
}

function table(id, heads, rows) {
  return html`<section class="panel figures" aria-labelledby=${`${id}-title`}>
    <h3 id=${`${id}-title`}>${t(`ops.table.${id}`)}</h3>
    ${rows.length
      ? html`<div class="scroll" role="region" tabindex="0" aria-labelledby=${`${id}-title`}>
          <table>
            <thead>
              <tr>${heads.map((head, n) => html`<th scope="col" class=${n ? 'figure' : ''}>${t(head)}</th>`)}</tr>
            </thead>
            <tbody>
              ${rows.map(
                ([name, ...cells]) => html`<tr>
                  <th scope="row">${name}</th>
                  ${cells.map((cell) => html`<td class="figure">${cell}</td>`)}
                </tr>`,
              )}
            </tbody>
          </table>
        </div>`
      : html`<p class="quiet">${t(`ops.table.${id}.none`)}</p>`}
  </section>`;
}
