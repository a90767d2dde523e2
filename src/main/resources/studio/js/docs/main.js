/** Starts the page of the API: what `openapi.json` describes, to read and to try. */

import { render } from '../../vendor/lit-html/lit-html.js';
import { teach } from '../i18n.js';
import { en } from '../lang/docs-en.js';
import { fr } from '../lang/docs-fr.js';
import { Documentation } from './documentation.js';
import { page } from './views/page.js';

const AT_LATEST_MILLIS = 250;

teach({ en, fr });
const root = document.getElementById('docs');
const announcer = document.getElementById('announcer');
const docs = new Documentation();
let drawn = true;

function draw() {
  if (drawn) return;
  drawn = true;
  render(page(docs), root);
  if (announcer.textContent !== docs.toasts.spoken) announcer.textContent = docs.toasts.spoken;
}

docs.addEventListener('change', () => {
  if (!drawn) return;
  drawn = false;
  setTimeout(draw, AT_LATEST_MILLIS);
  requestAnimationFrame(draw);
});
addEventListener('hashchange', () => docs.follow(location.hash.slice(1)));

root.replaceChildren();
docs.toasts.title();
docs.changed();
docs.boot();
