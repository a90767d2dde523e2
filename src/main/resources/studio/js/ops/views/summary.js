/** The few figures that are looked at first, and the switch of the queue. */

import { html, nothing } from '../../../vendor/lit-html/lit-html.js';
import { number } from '../../format.js';
import { formatter, t } from '../../i18n.js';
import { icon } from '../../views/icons.js';
import { seconds } from '../figures.js';

const LATELY_MINUTES = 5;

/** @param {import('../operations.js').Operations} ops */
export function summary({ overview }) {
  const { queues, holders, minutes, here } = overview;
  const waiting = sum(queues.map((queue) => queue.ready + queue.held_back));
  const delayed = sum(queues.map((queue) => queue.delayed));
  const oldest = Math.max(...queues.map((queue) => queue.oldest_ms ?? 0));
  // The last minute goes on: it would look like a fall.
  const lately = minutes.slice(-1 - LATELY_MINUTES, -1);
  const ended = sum(minutes.map((minute) => minute.completed + minute.failed));
  const failed = sum(minutes.map((minute) => minute.failed));
  const { circuit, problem } = here.provider;
  return html`<dl class="tiles">
    ${tile('waiting', number(waiting), delayed ? t('ops.tile.delayed', { n: delayed }) : nothing)}
    ${tile('oldest', waiting ? seconds(oldest / 1000) : '–')}
    ${tile('work', number(sum(holders.map((holder) => holder.generations))))}
    ${tile('rate', rate(sum(lately.map((minute) => minute.completed)) / LATELY_MINUTES))}
    ${tile('failed', number(failed), ended ? t('ops.tile.share', { share: share(failed / ended) }) : nothing, failed > 0)}
    ${tile('provider', t(`ops.circuit.${circuit}`), problem ?? nothing, circuit !== 'closed' || Boolean(problem))}
  </dl>`;
}

/** What the queue does, and the button that changes it. */
export function pausing(ops) {
  const { paused } = ops.overview;
  return html`<div class="pausing ${paused ? 'paused' : ''}">
    <p role="status">${icon(paused ? 'stop' : 'play')}${t(paused ? 'ops.paused' : 'ops.running')}</p>
    <button class="button small" @click=${() => ops.pause(!paused)}>${t(paused ? 'ops.resume' : 'ops.pause')}</button>
  </div>`;
}

function tile(id, value, note = nothing, bad = false) {
  return html`<div class="panel tile ${bad ? 'bad' : ''}">
    <dt>${t(`ops.tile.${id}`)}</dt>
    <dd>${value}</dd>
    ${note === nothing ? nothing : html`<dd class="quiet">${note}</dd>`}
  </div>`;
}

function rate(value) {
  return formatter('NumberFormat', { maximumFractionDigits: 1 }).format(value);
}

function share(value) {
  return formatter('NumberFormat', { style: 'percent', maximumFractionDigits: 1 }).format(value);
}

function sum(values) {
  return values.reduce((all, value) => all + value, 0);
}
