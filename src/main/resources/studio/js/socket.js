/**
 * The service's live events for any page: one WebSocket that comes back by itself and misses
 * nothing. Events of a generation are handed on once each and in order, by their `seq`.
 */

const PING_MILLIS = 20_000;
const SILENCE_MILLIS = 45_000;
const OPENING_MILLIS = 10_000;
const UNAUTHORIZED = 4401;
const RESUMED_AT_ONCE = 100;
const TERMINAL = new Set(['job:completed', 'job:cancelled']);

/**
 * Fires `status` (detail: `connecting`, `live`, `reconnecting`, `closed`) and `frame` (detail:
 * the frame as it came: `{event, data, seq, ts}`).
 */
export class LiveSocket extends EventTarget {
  #options;
  #socket = null;
  #status = 'closed';
  #failures = 0;
  #renewToken = false;
  #timer = 0;
  #heart = 0;
  #lastHeard = 0;
  /** Each generation's latest `seq`, and whether its terminal event is still to come. */
  #known = new Map();

  /**
   * @param {object} options
   * @param {string} options.url absolute `ws:` or `wss:` URL of the socket
   * @param {(renew: boolean) => Promise<string|null>|string|null} options.token the access
   *     token; asked with true after the service refused the last one. Null ends the attempts.
   * @param {number} [options.minDelay] milliseconds before the first new attempt
   * @param {number} [options.maxDelay] milliseconds that no wait exceeds
   * @param {typeof WebSocket} [options.WebSocket]
   */
  constructor({ url, token, minDelay = 400, maxDelay = 15_000, WebSocket = globalThis.WebSocket }) {
    super();
    this.#options = { url, token, minDelay, maxDelay, WebSocket };
  }

  /** `connecting`, `live`, `reconnecting` or `closed`. */
  get status() {
    return this.#status;
  }

  /** Connects and stays connected until {@link stop}. */
  start() {
    if (this.#status !== 'closed') return;
    this.#failures = 0;
    this.#become('connecting');
    this.#connect();
  }

  /** Disconnects for good and forgets what was followed. */
  stop() {
    clearTimeout(this.#timer);
    this.#become('closed');
    this.#drop();
    this.#known.clear();
  }

  /** Tries at once instead of waiting on: the network is back, or somebody is looking. */
  wake() {
    if (this.#status !== 'reconnecting' || this.#socket) return;
    clearTimeout(this.#timer);
    this.#failures = 0;
    this.#connect();
  }

  /** Makes sure that this generation's end is heard of, even if it comes while disconnected. */
  follow(generationId) {
    if (!this.#known.has(generationId)) this.#known.set(generationId, { seq: 0, open: true });
  }

  /** No need to ask for this one again: its end is known. */
  ended(generationId) {
    const known = this.#known.get(generationId);
    if (known) known.open = false;
  }

  /** Asks for a cancellation; the answer comes as `job:cancelled` or `error`. */
  cancel(generationId) {
    return this.#send('cancel', { generationId });
  }

  async #connect() {
    const renew = this.#renewToken;
    this.#renewToken = false;
    let token = null;
    try {
      token = await this.#options.token(renew);
    } catch {
      this.#again();
      return;
    }
    if (this.#status === 'closed' || this.#socket) return;
    if (!token) {
      this.stop();
      return;
    }
    let socket;
    try {
      socket = new this.#options.WebSocket(this.#options.url, ['video.v1', `bearer.${token}`]);
    } catch {
      this.#again();
      return;
    }
    this.#socket = socket;
    this.#lastHeard = Date.now();
    this.#heart = setInterval(() => this.#beat(socket), PING_MILLIS / 4);
    socket.onopen = () => this.#resume();
    socket.onmessage = (message) => this.#hear(message);
    socket.onclose = (event) => this.#lost(socket, event.code);
  }

  /** What was open is asked for from where it was left; then all the rest, present and future. */
  #resume() {
    const open = [...this.#known].filter(([, known]) => known.open).slice(-RESUMED_AT_ONCE);
    for (const [generationId, known] of open) {
      this.#send('subscribe', known.seq ? { generationId, after: known.seq } : { generationId });
    }
    this.#send('subscribe', { generationId: '*' });
  }

  #hear(message) {
    this.#lastHeard = Date.now();
    let frame;
    try {
      frame = JSON.parse(message.data);
    } catch {
      return;
    }
    const data = frame.data || {};
    if (frame.event === 'pong') return;
    if (frame.event === 'subscribed' && data.generationId === '*') {
      this.#failures = 0;
      this.#become('live');
    }
    if (frame.event === 'resync' && data.generationId) {
      this.#known.set(data.generationId, { seq: 0, open: true });
    }
    if (frame.event?.startsWith('job:') && !this.#isNews(frame, data)) return;
    this.dispatchEvent(new CustomEvent('frame', { detail: frame }));
  }

  #isNews(frame, data) {
    const before = this.#known.get(data.generationId)?.seq || 0;
    if (frame.seq && frame.seq <= before) return false;
    const ended =
      TERMINAL.has(frame.event) || (frame.event === 'job:failed' && data.retryIn === undefined);
    this.#known.set(data.generationId, { seq: frame.seq || before, open: !ended });
    return true;
  }

  /** A connection that says nothing for long is dead, even if nobody has closed it. */
  #beat(socket) {
    const silence = Date.now() - this.#lastHeard;
    const opening = socket.readyState === this.#options.WebSocket.CONNECTING;
    if (silence > (opening ? OPENING_MILLIS : SILENCE_MILLIS)) {
      this.#lost(socket, 1006);
    } else if (!opening && silence >= PING_MILLIS) {
      this.#send('ping', {});
    }
  }

  #lost(socket, code) {
    if (this.#socket !== socket) return;
    this.#drop();
    if (this.#status === 'closed') return;
    this.#renewToken = code === UNAUTHORIZED;
    this.#again();
  }

  /** Waits longer after each failure, and never as long as its neighbours do. */
  #again() {
    if (this.#status === 'closed') return;
    const { minDelay, maxDelay } = this.#options;
    const ceiling = Math.min(maxDelay, minDelay * 2 ** this.#failures);
    this.#failures += 1;
    this.#become('reconnecting');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), ceiling * (0.5 + Math.random() / 2));
  }

  #drop() {
    clearInterval(this.#heart);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #send(event, data) {
    if (this.#socket?.readyState !== this.#options.WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ event, data }));
    return true;
  }

  #become(status) {
    if (this.#status === status) return;
    this.#status = status;
    this.dispatchEvent(new CustomEvent('status', { detail: status }));
  }
}
