/** What each chart shows, made of the overview and the page's own samples. */

import { number, span } from '../format.js';
import { formatter, t } from '../i18n.js';

const PRIORITIES = ['high', 'normal', 'low'];
const MOST_CAUSES = 5;
const percentiles = ['p50', 'p95', 'p99'];

/** Seconds, with fractions while they count. */
export function seconds(value) {
  if (value === null || value === undefined) return '–';
  if (value >= 60) return span(value);
  const digits = value >= 10 ? 0 : value >= 1 ? 1 : 2;
  return t('span.s', { s: formatter('NumberFormat', { maximumFractionDigits: digits }).format(value) });
}

const whole = { tell: (value) => number(value), whole: true };
const time = { tell: seconds };

/**
 * All charts: `id` names its words, `xs` are seconds, and each line has a value for each of them.
 *
 * @param {import('./operations.js').Operations} ops
 */
export function figures({ overview, samples: { rows } }) {
  const { minutes } = overview;
  const live = { xs: rows.map(({ at }) => at) };
  const hour = { xs: minutes.map(({ at }) => Date.parse(at) / 1000) };
  const sampled = (key) => rows.map((row) => row[key] ?? null);
  const told = (key) => minutes.map((minute) => minute[key]);
  const spread = (key) =>
    percentiles.map((p) => ({
      label: p,
      values: minutes.map((minute) => perhaps(minute[key][`${p}_ms`])),
    }));
  const byPriority = (key) =>
    PRIORITIES.map((p) => ({ label: t(`ops.priority.${p}`), values: sampled(`${key}.${p}`) }));
  const line = (id, values) => ({ label: t(`ops.line.${id}`), values });
  return [
    { id: 'waiting', ...live, ...whole, lines: byPriority('waiting') },
    { id: 'oldest', ...live, ...time, lines: byPriority('oldest') },
    {
      id: 'work', ...live, ...whole,
      lines: [line('busy', sampled('busy')), line('own', sampled('own')), line('slots', sampled('slots'))],
    },
    {
      id: 'throughput', ...hour, ...whole,
      lines: ['submitted', 'completed', 'failed', 'cancelled'].map((key) => line(key, told(key))),
    },
    { id: 'waited', ...hour, ...time, lines: spread('waited') },
    { id: 'processing', ...hour, ...time, lines: spread('processing') },
    { id: 'causes', ...hour, ...whole, lines: causeLines(minutes) },
    {
      id: 'credits', ...hour, ...whole,
      lines: [line('charged', told('credits_charged')), line('refunded', told('credits_refunded'))],
    },
    {
      id: 'budget', ...live, ...whole,
      lines: [line('creates', sampled('creates')), line('calls', sampled('calls'))],
    },
    { id: 'sockets', ...live, ...whole, lines: [line('sockets', sampled('sockets'))] },
  ];
}

/** Each cause with how often it ended an attempt within the hour, the most frequent first. */
export function causes(minutes) {
  const sums = new Map();
  for (const { failed_attempts: failed } of minutes) {
    for (const [code, times] of Object.entries(failed)) sums.set(code, (sums.get(code) ?? 0) + times);
  }
  return [...sums].map(([code, times]) => ({ code, times })).sort((a, b) => b.times - a.times);
}

function causeLines(minutes) {
  const codes = causes(minutes).slice(0, MOST_CAUSES).map(({ code }) => code);
  if (!codes.length) return [{ label: t('ops.line.nofailures'), values: minutes.map(() => 0) }];
  return codes.map((code) => ({
    label: code,
    values: minutes.map(({ failed_attempts: failed }) => failed[code] ?? 0),
  }));
}

function perhaps(millis) {
  return millis === null ? null : millis / 1000;
}
