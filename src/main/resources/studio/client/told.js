/** Events: what the socket says, or what an answer of the REST interface comes to. */

const ENDS = new Set(['job:completed', 'job:cancelled']);

/** An event for watchers, of a socket's frame. */
export function eventOf({ event, data = {}, seq, ts }) {
  const terminal = ENDS.has(event) || (event === 'job:failed' && !Number.isFinite(data.retryIn));
  return { event, generationId: data.generationId, data, seq, ts, terminal };
}

/** The event that tells a generation's present state; it has no `seq`. */
export function eventOfState(generation, now = Date.now()) {
  const [event, more] = STATES[generation.status](generation, now);
  return eventOf({ event, data: { generationId: generation.id, ...more }, ts: now });
}

const STATES = {
  queued: ({ queue_status: queue, error }, now) => {
    if (queue?.retry_at) {
      const retryIn = Math.max(0, Date.parse(queue.retry_at) - now);
      return ['job:failed', { error: reason(error), retryIn }];
    }
    return ['job:queued', { position: queue?.position ?? null }];
  },
  processing: ({ percent, stage }) => ['job:progress', { percent, stage, message: '' }],
  completed: ({ result_url: videoUrl, poster_url: posterUrl }) => [
    'job:completed',
    { videoUrl, posterUrl },
  ],
  failed: ({ error }) => ['job:failed', { error: reason(error) }],
  cancelled: () => ['job:cancelled', {}],
};

/** On the socket a failure is `{code, message}` too. */
function reason(error) {
  return error ?? { code: 'internal_error', message: '' };
}
