/** The form: a scene, its settings, and what it will cost before it is asked for. */

import { html, nothing } from '../../vendor/lit-html/lit-html.js';
import { live } from '../../vendor/lit-html/directives/live.js';
import { ref } from '../../vendor/lit-html/directives/ref.js';
import { PROMPT_LIMIT, SEED_LIMIT, codePoints, estimateOf } from '../catalog.js';
import { about, label } from '../format.js';
import { t } from '../i18n.js';
import { icon } from './icons.js';

/** Fields behind the fold. */
const FOLDED = ['negative_prompt', 'seed', 'image_url'];
const EXAMPLES = ['example.1', 'example.2', 'example.3'];

const narrow = matchMedia('(max-width: 999px)');
const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** In one column the new card would be out of sight. */
function toList() {
  const behavior = calm.matches ? 'auto' : 'smooth';
  document.getElementById('generations')?.scrollIntoView({ behavior });
}

/** @param {import('../studio.js').Studio} studio */
export function composer(studio) {
  const { catalog, draft, submissions } = studio;
  const model = catalog.models.find((one) => one.id === draft.model);
  const submit = (event) => {
    event.preventDefault();
    const sent = submissions.submit();
    if (narrow.matches && submissions.sending) sent.then((accepted) => accepted && toList());
  };
  const shortcut = (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
  };
  return html`<section class="panel composer">
    <h2 class="unseen">${t('form.title')}</h2>
    <form @submit=${submit} @keydown=${shortcut} novalidate>
      ${prompt(studio)}
      <div class="settings">
        ${models(studio)} ${duration(studio, model)}
        ${choice(studio, 'quality', t('form.quality'), qualities(catalog))}
        ${choice(studio, 'style', t('form.style'), styles(catalog))}
        ${choice(studio, 'aspect_ratio', t('form.ratio'), ratios(model))}
      </div>
      ${more(studio, model)} ${bottom(studio)}
    </form>
  </section>`;
}

function prompt(studio) {
  const { draft } = studio;
  const count = codePoints(draft.prompt);
  const over = count > PROMPT_LIMIT;
  return html`<div class="field prompt">
      <label for="prompt">${t('form.prompt')}</label>
      <span class="count ${over ? 'over' : ''}" id="prompt-count">
        <span aria-hidden="true">${count} / ${PROMPT_LIMIT}</span>
        <span class="unseen">${t('form.count', { count, limit: PROMPT_LIMIT })}</span>
      </span>
      <textarea id="prompt" rows="4" placeholder=${t('form.prompt.hint')}
        aria-describedby="prompt-count prompt-wrong" aria-invalid=${over || Boolean(wrong(studio, 'prompt'))}
        .value=${live(draft.prompt)}
        @input=${(event) => studio.edit({ prompt: event.target.value })}></textarea>
      ${complaint(studio, 'prompt')}
    </div>
    ${draft.prompt ? nothing : examples(studio)}`;
}

function examples(studio) {
  return html`<div class="examples">
    <p>${t('form.examples')}</p>
    ${EXAMPLES.map(
      (key) => html`<button type="button" class="chip" @click=${() => studio.edit({ prompt: t(key) })}>
        ${t(key)}
      </button>`,
    )}
  </div>`;
}

function models(studio) {
  const options = studio.catalog.models.map((model) => [
    model.id,
    [
      model.name,
      t('form.rate', { n: model.credits_per_second }),
      t('form.duration.max', { max: model.max_duration }),
    ].join(' · '),
  ]);
  return choice(studio, 'model', t('form.model'), options, 'wide');
}

const qualities = (catalog) =>
  catalog.qualities.map(({ id, factor }) => [id, `${label('quality', id)} ×${factor}`]);
const styles = (catalog) => [
  ['', t('form.style.none')],
  ...catalog.styles.map((id) => [id, label('style', id)]),
];
const ratios = (model) => (model.aspect_ratios || ['16:9']).map((id) => [id, id]);

function choice(studio, field, name, options, size = '') {
  return html`<div class="field ${size}">
    <label for=${field}>${name}</label>
    <select id=${field} @change=${(event) => studio.edit({ [field]: event.target.value })}>
      ${options.map(
        ([value, words]) =>
          html`<option value=${value} .selected=${live(studio.draft[field] === value)}>${words}</option>`,
      )}
    </select>
    ${complaint(studio, field)}
  </div>`;
}

function duration(studio, model) {
  const now = Number(studio.draft.duration) || 0;
  const to = (value) => studio.edit({ duration: Math.min(model.max_duration, Math.max(1, value)) });
  const bad = studio.submissions.obstacles.some(({ field }) => field === 'duration');
  return html`<div class="field">
    <label for="duration">${t('form.duration')}</label>
    <div class="stepper">
      <button type="button" aria-label=${t('form.shorter')} ?disabled=${now <= 1} @click=${() => to(now - 1)}>
        ${icon('minus')}
      </button>
      <input id="duration" type="number" inputmode="numeric" min="1" max=${model.max_duration} step="1"
        aria-describedby="duration-hint duration-wrong" aria-invalid=${bad}
        .value=${live(String(studio.draft.duration))}
        @input=${(event) => studio.edit({ duration: event.target.value })}>
      <span aria-hidden="true">s</span>
      <button type="button" aria-label=${t('form.longer')} ?disabled=${now >= model.max_duration}
        @click=${() => to(now + 1)}>
        ${icon('plus')}
      </button>
    </div>
    <span class="unseen" id="duration-hint">
      ${t('form.duration.unit')}, ${t('form.duration.max', { max: model.max_duration })}
    </span>
    ${complaint(studio, 'duration')}
  </div>`;
}

function more(studio, model) {
  const { draft } = studio;
  const write = (field) => (event) => studio.edit({ [field]: event.target.value });
  const type = ({ target: { value } }) => studio.edit({ seed: value, seed_kept: value !== '' });
  const roll = () => studio.edit({ seed: String(Math.floor(Math.random() * (SEED_LIMIT + 1))) });
  return html`<details class="more" ${ref((element) => unfold(studio, element))}>
    <summary>${t('form.more')}</summary>
    <div class="settings">
      <div class="field wide">
        <label for="negative_prompt">${t('form.negative')}</label>
        <input id="negative_prompt" type="text" placeholder=${t('form.negative.hint')}
          .value=${live(draft.negative_prompt)} @input=${write('negative_prompt')}>
        ${complaint(studio, 'negative_prompt')}
      </div>
      <div class="field wide">
        <label for="seed">${t('form.seed')}</label>
        <div class="joined">
          <input id="seed" type="text" inputmode="numeric" placeholder=${t('form.seed.hint')}
            .value=${live(String(draft.seed))} @input=${type}>
          <button type="button" aria-label=${t('form.dice')} title=${t('form.dice')} @click=${roll}>
            ${icon('dice')}
          </button>
          <button type="button" aria-label=${t('form.seed.keep')} title=${t('form.seed.keep')}
            aria-pressed=${draft.seed_kept} @click=${() => studio.edit({ seed_kept: !draft.seed_kept })}>
            ${icon(draft.seed_kept ? 'lock' : 'unlock')}
          </button>
        </div>
        ${complaint(studio, 'seed')}
      </div>
      ${model.takes_image
        ? html`<div class="field wide">
            <label for="image_url">${t('form.image')}</label>
            <input id="image_url" type="url" placeholder="https://" .value=${live(draft.image_url)}
              @input=${write('image_url')}>
            ${complaint(studio, 'image_url')}
          </div>`
        : nothing}
      <label class="tick wide">
        <input type="checkbox" .checked=${live(draft.enhance)}
          @change=${(event) => studio.edit({ enhance: event.target.checked })}>
        ${t('form.enhance')}
      </label>
    </div>
  </details>`;
}

/** What is said of a field is not said behind a fold. */
function unfold(studio, element) {
  if (element && FOLDED.some((field) => wrong(studio, field))) element.open = true;
}

function bottom(studio) {
  const { submissions, catalog, draft, me } = studio;
  const estimate = estimateOf(catalog, draft);
  const obstacle = submissions.obstacles[0];
  const words = submissions.refusal || (obstacle && t(obstacle.key, obstacle.values));
  const harsh = submissions.refusal || (obstacle && obstacle.key !== 'why.empty');
  const left = estimate && me ? me.credits - estimate.credits : null;
  return html`<div class="finish"><dl class="estimate">
      ${cell(t('form.cost'), estimate && t('form.cost.value', { n: estimate.credits }))}
      ${cell(t('form.time'), estimate && t('form.time.value', { time: about(estimate.seconds) }))}
      ${cell(t('form.left'), left === null ? null : String(left), left !== null && left < 0)}
    </dl>
    <button class="button main" type="submit" aria-describedby="why"
      ?disabled=${Boolean(obstacle)} aria-busy=${submissions.sending} title=${t('form.shortcut')}>
      ${submissions.sending ? html`<span class="spinner" aria-hidden="true"></span>` : icon('spark')}
      <span>${t('form.submit')}</span>
    </button>
    <p id="why" class="why ${harsh ? 'wrong' : ''}" role=${submissions.refusal ? 'alert' : nothing}>
      ${words || t('form.shortcut')}
    </p></div>`;
}

function cell(name, value, short = false) {
  return html`<div class=${short ? 'short' : ''}><dt>${name}</dt><dd>${value ?? '–'}</dd></div>`;
}

/** What the service said of this field, or what the page can tell by itself. */
function wrong(studio, field) {
  return studio.submissions.fields[field];
}

function complaint(studio, field) {
  const words = wrong(studio, field);
  return words ? html`<p class="wrong" id="${field}-wrong">${words}</p>` : nothing;
}
