/** The generations: filters, search, cards, and more of them as one scrolls. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { live } from '../../vendor/lit-html/directives/live.js';
import { ref } from '../../vendor/lit-html/directives/ref.js';
import { filters } from '../board.js';
import { t } from '../i18n.js';
import { icon, strip } from './icons.js';
import { lay } from './sheets.js';

/** @param {import('../studio.js').Studio} studio */
export function list(studio) {
  const { history } = studio;
  const { items, page } = history;
  return html`<section class="history" id="generations" tabindex="-1">
    <div class="history-head">
      <h2 id="generations-title">${t('list.title')}</h2>
      ${history.only ? only(history) : tools(history)}
    </div>
    <div class="cards" role="list" aria-labelledby="generations-title"
      aria-busy=${page.loading} ${ref((element) => lay(element, studio, items))}></div>
    ${items.length ? nothing : empty(history, page)} ${end(history, page, items)}
  </section>`;
}

function tools(history) {
  return html`<div class="tools">
    <label class="search">
      ${icon('search')}<span class="unseen">${t('list.search')}</span>
      <input type="search" placeholder=${t('list.search.hint')} .value=${live(history.search)}
        @input=${(event) => history.find(event.target.value)}>
    </label>
    <div class="filters" role="radiogroup" aria-label=${t('list.filter')}>
      ${filters.map(
        (name) => html`<label>
          <input type="radio" name="filter" .checked=${live(history.filter === name)}
            @change=${() => history.choose(name)}><span>${t(`filter.${name}`)}</span>
        </label>`,
      )}
    </div>
  </div>`;
}

function only(history) {
  return html`<div class="only">
    <p>${t('list.only')}</p>
    <button class="button small" @click=${() => history.showAll()}>${icon('back')}${t('list.reset')}</button>
  </div>`;
}

function empty(history, page) {
  if (history.gone) return message('alert', t('list.gone'));
  if (page.loading || (history.only && !history.gone)) {
    return html`<div class="ghosts" aria-hidden="true"><i></i><i></i><i></i></div>
      <p class="unseen" role="status">${t('list.loading')}</p>`;
  }
  if (page.failed) return nothing;
  if (history.search || history.filter !== 'all') return message('search', t('list.none'));
  return html`<div class="empty">
    ${strip()}
    <h3>${t('list.empty.title')}</h3>
    <p>${t('list.empty')}</p>
  </div>`;
}

function message(mark, words) {
  return html`<div class="empty">
    ${icon(mark)}
    <p>${words}</p>
  </div>`;
}

function end(history, page, items) {
  if (history.only) return nothing;
  if (page.failed) {
    return html`<div class="empty">
      <p role="alert">${t('list.failed')}</p>
      <button class="button" @click=${() => history.more()}>${t('app.again')}</button>
    </div>`;
  }
  if (page.done || (page.loading && !items.length)) return nothing;
  return html`<button class="button more-button" ?disabled=${page.loading} @click=${() => history.more()}
    ${ref((element) => watch(element, history))}>
    ${page.loading ? t('list.loading') : t('list.more')}
  </button>`;
}

const watched = new WeakMap();

/** Loads on before the end is reached; asks again while it stays in sight. */
function watch(element, history) {
  if (!element) return;
  if (!watched.has(element)) {
    const observer = new IntersectionObserver(
      (entries) => {
        // Several changes may come at once: the last one counts.
        const { isIntersecting } = entries.at(-1);
        watched.set(element, isIntersecting);
        if (isIntersecting) history.more();
      },
      { rootMargin: '600px' },
    );
    watched.set(element, false);
    observer.observe(element);
  } else if (watched.get(element) && !history.page.failed) {
    queueMicrotask(() => history.more());
  }
}
