/** Starts the page: one studio, drawn again at most once a frame. */

import { render } from '../vendor/lit-html/lit-html.js';
import { Studio } from './studio.js';
import { page } from './views/page.js';

const AT_LATEST_MILLIS = 250;
const COUNTDOWN_MILLIS = 1000;

const root = document.getElementById('studio');
const announcer = document.getElementById('announcer');
const studio = new Studio();
let drawn = true;

function draw() {
  if (drawn) return;
  drawn = true;
  render(page(studio), root);
  if (announcer.textContent !== studio.toasts.spoken) announcer.textContent = studio.toasts.spoken;
}

studio.addEventListener('change', () => {
  if (!drawn) return;
  drawn = false;
  // A covered or hidden page gets few frames or none, and must be right when it is looked at.
  setTimeout(draw, AT_LATEST_MILLIS);
  requestAnimationFrame(draw);
});

document.addEventListener('visibilitychange', () => {
  draw();
  if (!document.hidden) studio.wake();
});
addEventListener('online', () => studio.wake());
setInterval(() => {
  if (studio.phase === 'ready' && !document.hidden) studio.changed();
}, COUNTDOWN_MILLIS);

root.replaceChildren();
studio.changed();
studio.boot();
