/** One generation: what was asked for, where it stands, and what can be done with it. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { about, ago, clock, excerpt, fault, label, ordinal, percent, reason } from '../format.js';
import { language, t } from '../i18n.js';
import { kept } from '../media.js';
import { details } from './details.js';
import { icon } from './icons.js';
import { player } from './player.js';

const MARKS = {
  submitting: 'clock',
  unsent: 'alert',
  queued: 'clock',
  processing: 'spark',
  completed: 'check',
  failed: 'alert',
  cancelled: 'stop',
  cancelling: 'stop',
};
const STAGES = ['enhancing', 'generating', 'uploading'];

/** Differs from the one before when something of the card does. */
export function edition(item) {
  return `${item.version} ${tick(item)} ${language()}`;
}

/** The classes of a card: its state, for colours. */
export function face(item) {
  return `card ${shown(item)}`;
}

function shown(item) {
  return item.cancelling ? 'cancelling' : item.status;
}

/** Changes when a card's words about time do: each second, minute or hour. */
function tick(item) {
  if (!item.ended && item.status !== 'unsent') return Math.floor(Date.now() / 1000);
  const minutes = Math.floor((Date.now() - Date.parse(item.told.created_at)) / 60_000);
  return minutes < 60 ? minutes : -Math.floor(minutes / 60);
}

/** What is on the card. @param {import('../studio.js').Studio} studio */
export function draw(studio, item) {
  const { told } = item;
  const status = shown(item);
  return html`<div class="screen" .style=${`--hue: ${hue(told.prompt)}`}>
      ${item.status === 'completed' && item.videoUrl ? player(studio, item) : plate(item)}
    </div>
    <div class="card-body">
      <p class="state">
        <span class="status">${icon(MARKS[status])}<span>${t(`status.${status}`)}</span></span>
        <span class="stage">${aside(item)}</span>
        <time datetime=${told.created_at}>${ago(told.created_at)}</time>
      </p>
      <p class="card-prompt">${told.prompt}</p>
      <p class="facts">${facts(told, studio.catalog)}</p>
      ${complaint(item)} ${money(item)}
      <div class="actions">${actions(studio, item)}</div>
      ${told.id ? details(item) : nothing}
    </div>`;
}

/** What is seen in place of the picture until there is one. */
function plate(item) {
  const moving = item.status === 'processing' || item.status === 'submitting' || item.status === 'queued';
  return html`<div class="plate">
    <span class="figure" aria-hidden="true">${figure(item)}</span>
    <span class="caption">${caption(item)}</span>
    ${item.status === 'processing' ? steps(item) : nothing} ${moving ? bar(item) : nothing}
  </div>`;
}

function figure(item) {
  if (item.status === 'processing') {
    if (item.percent === null) return '· · ·';
    return (item.guessed ? '≈ ' : '') + percent(item.percent);
  }
  if (item.status !== 'queued') return icon(MARKS[item.status]);
  if (item.retryAt) return icon('again');
  return item.position ? ordinal(item.position) : icon('clock');
}

/** How long it will be, where that can be said. */
function caption(item) {
  if (item.cancelling) return nothing;
  if (item.status === 'processing') {
    const left = remaining(item);
    return left === null ? nothing : t('card.left', { time: about(left) });
  }
  if (item.status !== 'queued' || item.retryAt || !item.position) return nothing;
  if (item.wait === null) return t('card.inline');
  const wait = item.wait - (Date.now() - item.waitSince) / 1000;
  return wait > 1 ? t('card.wait', { time: about(wait) }) : t('card.soon');
}

function steps(item) {
  const at = STAGES.indexOf(item.stage);
  return html`<p class="steps" aria-hidden="true">
    ${STAGES.map(
      (stage, n) => html`<span class=${n < at ? 'past' : n === at ? 'now' : ''}>${t(`stage.${stage}`)}</span>`,
    )}
  </p>`;
}

/** Without a value until there is real progress: nobody knows before. */
function bar(item) {
  const known = item.status === 'processing' && item.percent !== null;
  return html`<div class="bar ${known ? '' : 'unknown'}" role="progressbar" aria-label=${t('card.progress')}
    aria-valuemin="0" aria-valuemax="100" aria-valuenow=${known ? item.percent : nothing}
    aria-valuetext=${known && item.guessed ? t('card.guessed', { n: percent(item.percent) }) : nothing}>
    <i .style=${`--done: ${known ? item.percent / 100 : 0}`}></i>
  </div>`;
}

/** The stage in a word, or the place in the line. */
function aside(item) {
  if (item.cancelling) return nothing;
  if (item.status === 'processing') return STAGES.includes(item.stage) ? t(`stage.${item.stage}`) : nothing;
  if (item.status !== 'queued' || item.retryAt || !item.position) return nothing;
  return item.position === 1 ? t('card.next') : t('card.place', { place: ordinal(item.position) });
}

/** Seconds to the end by the pace so far; null while that would be a guess. */
function remaining({ percent, told, stage }) {
  if (!percent || percent < 10 || percent >= 100 || stage === 'uploading' || !told.started_at) return null;
  const elapsed = (Date.now() - Date.parse(told.started_at)) / 1000;
  return elapsed > 2 ? (elapsed * (100 - percent)) / percent : null;
}

function facts({ model, duration, quality, style, aspect_ratio: ratio }, { models }) {
  const name = models.find(({ id }) => id === model)?.name ?? model;
  const all = [name, `${duration} s`, quality && label('quality', quality), style && label('style', style), ratio];
  return all.filter(Boolean).map((fact) => html`<span>${fact}</span>`);
}

function complaint(item) {
  if (item.retryAt && item.status === 'queued') {
    const attempt = item.told.queue_status?.attempt ?? (item.told.attempts || 1) + 1;
    return html`<p class="card-note">${t('card.retry.at', { attempt, time: clock(item.retryAt) })}</p>`;
  }
  if (item.status === 'unsent') {
    return html`<p class="wrong">${reason(item.error)} ${t('card.unsent')}</p>`;
  }
  if (item.status !== 'failed') return nothing;
  return html`<p class="wrong">${fault(item.error) || t('card.failed')}</p>`;
}

function money({ told, status, ended }) {
  if (told.credits_charged === undefined) return nothing;
  const refunded = told.credits_refunded || 0;
  const nothingBack = ended && status !== 'completed' && told.completed_at && !refunded;
  return html`<p class="money">
    ${t('card.charged', { n: told.credits_charged })}
    ${refunded ? html`<span class="refund">${t('card.refunded', { n: refunded })}</span>` : nothing}
    ${nothingBack ? html`<span>${t('card.norefund')}</span>` : nothing}
  </p>`;
}

function actions(studio, item) {
  const { submissions } = studio;
  const edit = () => {
    submissions.reuse(item);
    const field = document.getElementById('prompt');
    field?.scrollIntoView({ block: 'center' });
    field?.focus();
  };
  if (!item.ended && item.status !== 'unsent') {
    return item.cancellable
      ? button('cancel', 'stop', () => submissions.cancel(item), t('card.cancel.back', { n: item.refundable }))
      : nothing;
  }
  if (item.status === 'unsent') {
    return [
      button('retry', 'again', () => submissions.retry(item)),
      button('discard', 'close', () => submissions.discard(item)),
    ];
  }
  if (item.status === 'completed') {
    return [
      download(item),
      sole(t('card.link'), 'link', () => copy(studio, item)),
      sole(t('card.reuse'), 'reuse', edit, t('card.reuse.long')),
    ];
  }
  return [
    button('retry', 'again', () => submissions.retry(item)),
    button('edit', 'edit', edit, t('card.edit.long')),
  ];
}

function button(name, mark, act, title) {
  return html`<button class="button small" title=${title ?? nothing} @click=${act}
    >${icon(mark)}<span>${t(`card.${name}`)}</span></button>`;
}

/** An icon alone, with its name for whoever cannot see it. */
function sole(name, mark, act, title = name) {
  return html`<button class="button small sole" aria-label=${name} title=${title} @click=${act}>
    ${icon(mark)}
  </button>`;
}

function download({ videoUrl, id, told }) {
  const file = `${excerpt(told.prompt, 40).replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || id}.mp4`;
  const { href, target } = videoUrl ? kept(videoUrl, file) : {};
  return html`<a class="button small" href=${href ?? nothing} download=${file} target=${target ?? nothing} rel="noopener"
    >${icon('download')}<span>${t('card.download')}</span></a>`;
}

async function copy(studio, { id }) {
  const url = `${location.origin}/?generation_id=${encodeURIComponent(id)}`;
  try {
    await navigator.clipboard.writeText(url);
    studio.toasts.add('good', t('toast.copied'));
  } catch {
    studio.toasts.add('note', t('toast.copy.failed', { url }));
  }
}

/** A prompt has its own colour, always the same. */
function hue(text) {
  let sum = 0;
  for (const point of text) sum = (sum * 31 + point.codePointAt(0)) % 360;
  return sum;
}
