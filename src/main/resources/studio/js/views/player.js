/** The finished video: its poster at once, a silent preview while pointed at, then a player. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { t } from '../i18n.js';
import { reachable } from '../media.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');
const hovers = matchMedia('(hover: hover)');

/** @param {import('../studio.js').Studio} studio */
export function player(studio, item) {
  if (item.unplayable) return html`<p class="plate unplayable">${t('card.unplayable')}</p>`;
  // One that has just been finished shows itself; earlier ones wait until they are asked for.
  const playing = item.fresh && !calm.matches;
  return html`<video controls playsinline loop preload=${item.fresh ? 'auto' : 'metadata'}
    aria-label=${t('card.video')} poster=${reachable(item.posterUrl) ?? nothing} src=${reachable(item.videoUrl)}
    .muted=${true} ?autoplay=${playing}
    @error=${() => broken(studio, item)}
    @pointerenter=${preview} @pointerleave=${unpreview} @pointerdown=${taken} @keydown=${taken}></video>`;
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

function preview({ target, pointerType }) {
  if (calm.matches || !hovers.matches || pointerType !== 'mouse' || !target.paused) return;
  if (target.dataset.taken) return;
  target.dataset.preview = 'on';
  target.play().catch(() => {});
}

function unpreview({ target }) {
  if (target.dataset.preview !== 'on') return;
  delete target.dataset.preview;
  target.pause();
}

/** Somebody uses the player: it is theirs from now on. */
function taken({ currentTarget }) {
  currentTarget.dataset.taken = 'yes';
  delete currentTarget.dataset.preview;
}
