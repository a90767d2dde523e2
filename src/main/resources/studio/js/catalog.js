/** Prices and limits, reckoned in the page exactly as the service does. */

/** The most characters (code points) of a prompt. */
export const PROMPT_LIMIT = 1000;

/** The most characters (code points) of what is to be avoided. */
export const NEGATIVE_LIMIT = 500;

/** The largest seed. */
export const SEED_LIMIT = 2147483647;

/** Characters as people count them for the service: code points once trimmed. */
export function codePoints(text) {
  return [...tidy(text)].length;
}

/** Without line breaks, tabs and the control characters that the service refuses. */
export function tidy(text) {
  return text
    .replace(/\s*[\r\n\t\u2028\u2029]+\s*/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
    .trim();
}

/** The catalogue with its members in one shape. */
export function catalogOf(answer) {
  return {
    models: answer.models,
    qualities: Object.entries(answer.qualities || {}).map(([id, value]) => ({
      id,
      factor: Number(value?.multiplier ?? value?.factor ?? value),
    })),
    styles: (answer.styles || []).map((style) => style.id ?? style),
  };
}

/** Whole credits, at least 1: ceil(duration × credits per second × quality). */
export function creditsOf(model, quality, duration) {
  const exact = duration * model.credits_per_second * quality.factor;
  // 10 × 1.1 is a hair more than 11 in binary; the service reckons in decimals.
  return Math.max(1, Math.ceil(Number(exact.toFixed(6))));
}

/** Seconds that the generation itself takes on average. */
export function secondsOf(model, duration) {
  return Math.ceil(duration * model.avg_seconds_per_second);
}

/** What a draft would cost, or null while it is not complete enough to tell. */
export function estimateOf(catalog, draft) {
  const model = catalog?.models.find((one) => one.id === draft.model);
  const quality = catalog?.qualities.find((one) => one.id === draft.quality);
  const duration = Number(draft.duration);
  if (!model || !quality || !Number.isInteger(duration) || duration < 1) return null;
  return { credits: creditsOf(model, quality, duration), seconds: secondsOf(model, duration) };
}
