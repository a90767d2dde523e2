/**
 * A React hook for one generation at a time. React is the host's own:
 *
 *     import * as React from 'react';
 *     import { createUseVideoGeneration } from 'https://video.example.com/client/react.js';
 *
 *     const useVideoGeneration = createUseVideoGeneration(React);
 */

const IDLE = Object.freeze({
  generationId: null,
  status: 'idle',
  stage: null,
  percent: null,
  position: null,
  retryAt: null,
  videoUrl: null,
  posterUrl: null,
  creditsCharged: null,
  error: null,
});

const CHANGES = {
  'job:queued': ({ position }) => ({ status: 'queued', position, stage: null, percent: null, retryAt: null }),
  'job:started': () => ({ status: 'processing', position: null, retryAt: null, error: null }),
  'job:progress': ({ percent, stage }) => ({
    status: 'processing',
    percent,
    stage,
    position: null,
    retryAt: null,
    error: null,
  }),
  'job:completed': ({ videoUrl, posterUrl }) => ({
    status: 'completed',
    stage: 'done',
    percent: 100,
    videoUrl,
    posterUrl: posterUrl ?? null,
    error: null,
  }),
  'job:failed': ({ error, retryIn }, ts) =>
    retryIn === undefined
      ? { status: 'failed', stage: null, error }
      : { status: 'queued', stage: null, percent: null, error, retryAt: (ts ?? Date.now()) + retryIn },
  'job:cancelled': () => ({ status: 'cancelled', stage: null }),
};

/** One generation's state for whoever looks at it; watches while somebody does. */
class Follower {
  #client;
  #state = IDLE;
  #listeners = new Set();
  #watch = null;
  #turn = 0;

  constructor(client, generationId) {
    this.#client = client;
    if (generationId) this.#state = { ...IDLE, generationId, status: 'loading' };
  }

  state = () => this.#state;

  subscribe = (listener) => {
    this.#listeners.add(listener);
    this.#follow();
    return () => {
      this.#listeners.delete(listener);
      if (!this.#listeners.size) this.#leave();
    };
  };

  /** Submits and follows. Resolves with the service's answer; rejects as `submit` does. */
  generate = async (request, options) => {
    this.#leave();
    const turn = ++this.#turn;
    this.#become({ ...IDLE, status: 'submitting' });
    try {
      const answer = await this.#client.submit(request, options);
      if (turn === this.#turn) {
        const { generation_id: generationId, queue_position: position, credits_charged: creditsCharged } = answer;
        this.#become({ ...IDLE, generationId, status: answer.status, position, creditsCharged });
        if (this.#listeners.size) this.#follow();
      }
      return answer;
    } catch (error) {
      if (turn === this.#turn) this.#become({ ...IDLE, status: 'failed', error });
      throw error;
    }
  };

  /** Cancels it; resolves with what was refunded. */
  cancel = () => this.#client.cancel(this.#state.generationId);

  /** Lets go of it; it goes on without being looked at. */
  reset = () => {
    this.#turn += 1;
    this.#leave();
    this.#become(IDLE);
  };

  #follow() {
    const { generationId, status } = this.#state;
    if (this.#watch || !generationId || status === 'completed' || status === 'cancelled' || status === 'failed') return;
    const watch = this.#client.watch(generationId, {
      onEvent: ({ event, data, ts }) => this.#change(CHANGES[event]?.(data, ts)),
      onError: (error) => this.#watch === watch && this.#change({ status: 'failed', error }),
    });
    this.#watch = watch;
  }

  #leave() {
    const watch = this.#watch;
    this.#watch = null;
    watch?.stop();
  }

  #change(changes) {
    if (changes) this.#become({ ...this.#state, ...changes });
  }

  #become(state) {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Makes the hook for this React (18 or later).
 *
 * @param {{useMemo: Function, useSyncExternalStore: Function}} React the host's own
 * @returns the hook: `(client, {generationId}?) → {status, percent, …, generate, cancel, reset}`
 */
export function createUseVideoGeneration({ useMemo, useSyncExternalStore }) {
  return function useVideoGeneration(client, { generationId = null } = {}) {
    const follower = useMemo(() => new Follower(client, generationId), [client, generationId]);
    const state = useSyncExternalStore(follower.subscribe, follower.state, follower.state);
    return useMemo(() => {
      const { generate, cancel, reset } = follower;
      return { ...state, generate, cancel, reset };
    }, [state, follower]);
  };
}
