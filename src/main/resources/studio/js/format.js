/** Words and numbers for people. */

import { formatter, language, t } from './i18n.js';

/** A duration in words: `40 s`, `2 min 30 s`, `1 h 5 min`. @param {number} seconds */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t('span.s', { s: whole });
  if (whole < 3600) {
    const s = whole % 60;
    return s ? t('span.ms', { m: Math.floor(whole / 60), s }) : t('span.m', { m: whole / 60 });
  }
  return t('span.hm', { h: Math.floor(whole / 3600), m: Math.round((whole % 3600) / 60) });
}

/** A place in a video: `0:07`, `1:02`. @param {number} seconds */
export function clockwork(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A rough duration: to 5 s beyond 20 s, to a minute beyond 5 minutes. */
export function about(seconds) {
  const step = seconds > 300 ? 60 : seconds > 20 ? 5 : 1;
  return span(Math.max(step, Math.round(seconds / step) * step));
}

/** `just now`, `5 min. ago`, then a date. */
export function ago(iso, now = Date.now()) {
  const seconds = (now - Date.parse(iso)) / 1000;
  const relative = formatter('RelativeTimeFormat', { numeric: 'auto', style: 'short' });
  if (seconds < 45) return t('time.now');
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 86_400) return relative.format(-Math.round(seconds / 3600), 'hour');
  return formatter('DateTimeFormat', { dateStyle: 'medium' }).format(new Date(iso));
}

/** A moment in full. */
export function moment(iso, timeStyle = 'medium', dateStyle = 'medium') {
  const style = { dateStyle, timeStyle };
  return formatter('DateTimeFormat', style).format(new Date(iso));
}

/** A time of day. */
export function clock(iso) {
  return formatter('DateTimeFormat', { timeStyle: 'medium' }).format(new Date(iso));
}

/** A number with the language's separators. */
export function number(value) {
  return formatter('NumberFormat').format(value);
}

/** `42%`, as the language writes it. @param {number} value 0 to 100 */
export function percent(value) {
  return formatter('NumberFormat', { style: 'percent' }).format(value / 100);
}

/** Its place in words: `1st`, `2nd`. */
export function ordinal(value) {
  const rule = formatter('PluralRules', { type: 'ordinal' }).select(value);
  return t(`ordinal.${rule}`, { n: number(value) });
}

/** `cinematic` → `Cinematic`, in the page's language where the dictionary has the word. */
export function label(kind, id) {
  const key = `${kind}.${id}`;
  const word = t(key);
  return word === key ? id.charAt(0).toUpperCase() + id.slice(1).replace(/[-_]/g, ' ') : word;
}

/** The first words of a prompt. */
export function excerpt(text, length = 48) {
  const points = [...text];
  return points.length <= length ? text : `${points.slice(0, length - 1).join('').trimEnd()}…`;
}

/** What went wrong, in words for people. @param {Error & {code?: string}} error */
export function reason(error) {
  const code = error.code || 'unknown';
  if (code === 'rate_limited' && error.retryAfter) {
    return t('error.rate_limited', { wait: span(error.retryAfter) });
  }
  if (code === 'insufficient_credits' && error.problem?.required !== undefined) {
    return t('why.credits', error.problem);
  }
  const key = `error.${code}`;
  const words = t(key, { wait: span(error.retryAfter || 5) });
  if (ALWAYS_OURS.has(code) || language() !== 'en') return words === key ? error.message : words;
  return error.message || words;
}

/** Why a generation failed: in the page's language where it has words for that. @param {{code, message}} error */
export function fault(error) {
  if (!error) return '';
  const key = `fault.${error.code}`;
  const words = t(key);
  return words === key ? error.message : words;
}

const ALWAYS_OURS = new Set(['unreachable', 'internal_error', 'unauthorized', 'unavailable', 'rate_limited']);
