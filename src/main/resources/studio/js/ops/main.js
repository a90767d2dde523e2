/** Starts the operators' page: one state, drawn again at most once a frame. */

import { render } from '../../vendor/lit-html/lit-html.js';
import { teach } from '../i18n.js';
import { en } from '../lang/ops-en.js';
import { fr } from '../lang/ops-fr.js';
import { Operations } from './operations.js';
import { page } from './views/page.js';

const AT_LATEST_MILLIS = 250;

teach({ en, fr });
const root = document.getElementById('ops');
const announcer = document.getElementById('announcer');
const ops = new Operations();
let drawn = true;

function draw() {
  if (drawn) return;
  drawn = true;
  render(page(ops), root);
  if (announcer.textContent !== ops.toasts.spoken) announcer.textContent = ops.toasts.spoken;
}

ops.addEventListener('change', () => {
  if (!drawn) return;
  drawn = false;
  setTimeout(draw, AT_LATEST_MILLIS);
  requestAnimationFrame(draw);
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) ops.look();
});
addEventListener('online', () => ops.look());

root.replaceChildren();
ops.toasts.title();
ops.changed();
ops.boot();
