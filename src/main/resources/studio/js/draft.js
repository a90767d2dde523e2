/** What is in the form: kept over a reload, checked, and turned into a request. */

import { NEGATIVE_LIMIT, PROMPT_LIMIT, SEED_LIMIT, codePoints, estimateOf, tidy } from './catalog.js';

const KEY = 'studio.draft';

const EMPTY = Object.freeze({
  prompt: '',
  model: '',
  duration: 5,
  quality: 'standard',
  style: '',
  aspect_ratio: '16:9',
  negative_prompt: '',
  seed: '',
  /** Whether the seed stays for the next video. */
  seed_kept: false,
  image_url: '',
  enhance: true,
});

/** The draft of the last visit, or an empty one. */
export function loadDraft() {
  try {
    return { ...EMPTY, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return { ...EMPTY };
  }
}

/** Keeps the draft for the next visit, where the browser lets us. */
export function saveDraft(draft) {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // A full or forbidden storage costs a convenience, nothing else.
  }
}

/** The draft with choices that this catalogue has; a duration beyond the model's is cut. */
export function fitted(draft, catalog) {
  const model = catalog.models.find((one) => one.id === draft.model) || catalog.models[0];
  const known = (list, id) => list.some((one) => (one.id ?? one) === id);
  return {
    ...draft,
    model: model.id,
    duration: Math.min(Number(draft.duration) || EMPTY.duration, model.max_duration),
    quality: known(catalog.qualities, draft.quality) ? draft.quality : EMPTY.quality,
    style: known(catalog.styles, draft.style) ? draft.style : '',
    aspect_ratio: known(model.aspect_ratios || [], draft.aspect_ratio)
      ? draft.aspect_ratio
      : model.aspect_ratios?.[0] || EMPTY.aspect_ratio,
  };
}

/** The settings of an earlier generation, for another go. */
export function draftFrom(generation) {
  const draft = { ...EMPTY };
  for (const field of Object.keys(EMPTY)) {
    if (generation[field] !== undefined && generation[field] !== null) draft[field] = generation[field];
  }
  draft.seed_kept = draft.seed !== '';
  return draft;
}

/** The body of the request: only what was really chosen. */
export function requestOf(draft, model) {
  const request = {
    prompt: tidy(draft.prompt),
    model: draft.model,
    duration: Number(draft.duration),
    quality: draft.quality,
    aspect_ratio: draft.aspect_ratio,
  };
  if (draft.style) request.style = draft.style;
  if (tidy(draft.negative_prompt)) request.negative_prompt = tidy(draft.negative_prompt);
  if (draft.seed !== '') request.seed = Number(draft.seed);
  if (model?.takes_image && draft.image_url.trim()) request.image_url = draft.image_url.trim();
  if (!draft.enhance) request.enhance = false;
  return request;
}

/**
 * Why the draft cannot be sent yet, as `{field, key, values}` of the dictionary; empty when it
 * can. The first is the one to tell.
 */
export function obstacles(draft, catalog, credits) {
  const model = catalog.models.find((one) => one.id === draft.model);
  const found = [];
  const say = (field, key, values) => found.push({ field, key, values });
  const length = codePoints(draft.prompt);
  if (length === 0) say('prompt', 'why.empty');
  if (length > PROMPT_LIMIT) say('prompt', 'why.long', { n: length - PROMPT_LIMIT });
  const duration = Number(draft.duration);
  if (!Number.isInteger(duration) || duration < 1 || duration > model.max_duration) {
    say('duration', 'why.duration', { model: model.name, max: model.max_duration });
  }
  const seed = Number(draft.seed);
  if (draft.seed !== '' && !(Number.isInteger(seed) && seed >= 0 && seed <= SEED_LIMIT)) {
    say('seed', 'why.seed', { max: SEED_LIMIT });
  }
  if (codePoints(draft.negative_prompt) > NEGATIVE_LIMIT) {
    say('negative_prompt', 'why.negative', { max: NEGATIVE_LIMIT });
  }
  const estimate = estimateOf(catalog, draft);
  if (estimate && credits !== undefined && estimate.credits > credits) {
    say('credits', 'why.credits', { required: estimate.credits, available: credits });
  }
  return found;
}
