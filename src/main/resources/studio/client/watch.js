/** What somebody is told of a generation: as an async iterator, and by callbacks. */

const CALLBACKS = {
  'job:queued': 'onQueued',
  'job:started': 'onStarted',
  'job:progress': 'onProgress',
  'job:completed': 'onCompleted',
  'job:failed': 'onFailed',
  'job:cancelled': 'onCancelled',
};
const LISTENING = ['onEvent', ...Object.values(CALLBACKS)];
/** Of these only the latest counts for a reader that is behind. */
const REPLACED = new Set(['job:queued', 'job:progress']);

/**
 * Begins at once and ends after the terminal event, with {@link stop}, by its signal, or with the
 * error that there is nothing to watch. Without callbacks, events are kept for a reader that comes
 * later.
 */
export class Watch {
  /** The generation's id, or `*`. */
  generationId;
  /** Resolves with the terminal event; rejects when the watch ends without one. */
  finished;
  #live;
  #handlers;
  #queue = [];
  #read;
  #reader = null;
  #over = false;
  #failure = null;
  #settle;

  /**
   * @param {import('./live.js').Live} live
   * @param {string} generationId
   * @param {object} handlers see `WatchOptions` in video-client.d.ts
   */
  constructor(live, generationId, handlers = {}) {
    this.generationId = generationId;
    this.#live = live;
    this.#handlers = handlers;
    this.#read = !LISTENING.some((name) => handlers[name]);
    this.finished = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.finished.catch(() => {});
    const { signal } = handlers;
    if (signal?.aborted) {
      this.fail(signal.reason);
      return;
    }
    signal?.addEventListener('abort', this.#aborted);
    live.add(this, handlers.after);
  }

  /** No more events; harmless when it is over already. */
  stop() {
    if (this.#over) return;
    this.#end();
    this.#settle.reject(new DOMException('The watch was stopped', 'AbortError'));
    this.#wake();
  }

  /** Called by {@link Live}. */
  tell(event) {
    if (this.#over) return;
    this.#keep(event);
    this.#call('onEvent', event);
    this.#call(CALLBACKS[event.event], event);
    if (event.terminal && this.generationId !== '*') {
      this.#end();
      this.#settle.resolve(event);
    }
    this.#wake();
  }

  /** Called by {@link Live}: it cannot go on. */
  fail(error) {
    if (this.#over) return;
    this.#failure = error;
    this.#end();
    this.#settle.reject(error);
    this.#call('onError', error);
    this.#wake();
  }

  [Symbol.asyncIterator]() {
    this.#read = true;
    return {
      next: () => this.#next(),
      return: async () => {
        this.stop();
        return { done: true, value: undefined };
      },
    };
  }

  async #next() {
    while (!this.#queue.length && !this.#over) {
      await new Promise((resolve) => {
        this.#reader = resolve;
      });
    }
    if (this.#queue.length) return { done: false, value: this.#queue.shift() };
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure;
    return { done: true, value: undefined };
  }

  /** For callbacks alone nothing is kept. */
  #keep(event) {
    if (!this.#read) return;
    const at = this.#queue.findLastIndex(({ generationId }) => generationId === event.generationId);
    const replaced = at >= 0 && REPLACED.has(event.event) && this.#queue[at].event === event.event;
    this.#queue[replaced ? at : this.#queue.length] = event;
  }

  #wake() {
    this.#reader?.();
    this.#reader = null;
  }

  #aborted = () => this.fail(this.#handlers.signal.reason);

  #end() {
    this.#over = true;
    this.#handlers.signal?.removeEventListener('abort', this.#aborted);
    this.#live.remove(this);
  }

  #call(name, value) {
    try {
      this.#handlers[name]?.(value);
    } catch (error) {
      // What a callback throws is its own affair: it is reported, and the watch goes on.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
