/** The finished video: its poster at once, a silent preview while pointed at, then a player. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { t } from '../i18n.js';
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
      @error=${() => broken(studio, item)} @focus=${offer} @click=${take} @keydown=${take}
      @playing=${runs} @pause=${stands} @pointerenter=${preview} @pointerleave=${unpreview}></video>
    <span class="play" aria-hidden="true">${icon('play')}</span>`;
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

/** The controls cover the picture: they come when somebody comes near. */
function offer({ currentTarget: video }) {
  video.controls = true;
}

function preview({ currentTarget: video, pointerType }) {
  if (pointerType !== 'mouse') return;
  video.controls = true;
  if (calm.matches || !video.paused || video.dataset.taken) return;
  video.dataset.preview = 'on';
  video.play().catch(() => {});
}

function unpreview({ currentTarget: video }) {
  if (video.dataset.taken || document.activeElement === video) return;
  video.controls = false;
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
