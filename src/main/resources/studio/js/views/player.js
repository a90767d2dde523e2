/** The finished video: its poster at once, a silent preview while pointed at, then a player. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { clockwork } from '../format.js';
import { t } from '../i18n.js';
import { storyboard } from '../storyboard.js';
import { icon } from './icons.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** @param {import('../studio.js').Studio} studio */
export function player(studio, item) {
  if (item.unplayable) return html`<p class="plate unplayable">${t('card.unplayable')}</p>`;
  // One that has just been finished shows itself; earlier ones wait until they are asked for.
  const playing = item.fresh && !calm.matches;
  const preload = playing ? 'auto' : item.posterUrl ? 'none' : 'metadata';
  return html`<video tabindex="0" playsinline loop preload=${preload}
      aria-label=${t('card.video')} poster=${item.posterUrl ?? nothing}
      src=${item.videoUrl} .muted=${true} ?autoplay=${playing}
      @error=${() => broken(studio, item)} @focus=${(event) => offer(event, studio, item)} @click=${take} @keydown=${take}
      @playing=${runs} @pause=${stands} @pointerenter=${(event) => preview(event, studio, item)} @pointerleave=${unpreview}></video>
    <span class="play" aria-hidden="true">${icon('play')}</span>
    ${item.frames?.length ? strip(item.frames) : nothing}`;
}

/** The whole of it at a glance; each frame plays from there. */
function strip(frames) {
  return html`<div class="frames" role="group" aria-label=${t('card.frames')}>
    ${frames.map(
      ({ at, canvas }) => html`<button aria-label=${t('card.from', { time: clockwork(at) })}
        @click=${(event) => from(event, at)}>${canvas}</button>`,
    )}
  </div>`;
}

function from({ currentTarget }, seconds) {
  const video = currentTarget.closest('.screen').querySelector('video');
  video.currentTime = seconds;
  video.dataset.taken = 'yes';
  delete video.dataset.preview;
  video.controls = true;
  video.play().catch(() => {});
}

/** Drawn once, when somebody comes near for the first time. */
async function unroll(studio, item) {
  if (item.frames) return;
  item.frames = [];
  item.frames = await storyboard(item.videoUrl);
  studio.board.touch(item);
  studio.changed();
}

/** A signed address runs out: ask once for a new one before giving up. */
async function broken(studio, item) {
  if (!item.renewed) {
    item.renewed = true;
    item.videoUrl = null;
    await studio.refresh(item);
    return;
  }
  item.unplayable = true;
  studio.board.touch(item);
  studio.changed();
}

function runs({ currentTarget: video }) {
  video.dataset.playing = 'yes';
}

function stands({ currentTarget: video }) {
  delete video.dataset.playing;
}

/** A keyboard needs the controls to use them; they cover the picture until then. */
function offer({ currentTarget: video }, studio, item) {
  unroll(studio, item);
  video.controls = true;
}

function preview({ currentTarget: video, pointerType }, studio, item) {
  if (pointerType !== 'mouse') return;
  unroll(studio, item);
  if (calm.matches || !video.paused || video.dataset.taken) return;
  video.dataset.preview = 'on';
  video.play().catch(() => {});
}

function unpreview({ currentTarget: video }) {
  if (video.dataset.taken || document.activeElement === video) return;
  if (video.dataset.preview !== 'on') return;
  delete video.dataset.preview;
  video.pause();
}

/** Somebody uses the player: it is theirs from now on. A first tap on the bare picture plays. */
function take(event) {
  const video = event.currentTarget;
  if (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ') return;
  const bare = !video.controls;
  video.dataset.taken = 'yes';
  delete video.dataset.preview;
  video.controls = true;
  if (!bare) return;
  video.muted = false;
  video.play().catch(() => {});
}
