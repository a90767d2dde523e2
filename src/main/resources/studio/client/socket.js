/** One WebSocket that comes back by itself. What is said on it is not its business. */

const PING_MILLIS = 20_000;
const SILENCE_MILLIS = 45_000;
const OPENING_MILLIS = 10_000;
const UNAUTHORIZED = 4401;
const RESTART = 1012;

/**
 * Its status is `idle`, `connecting`, `live` (what was asked for on opening has been answered) or
 * `reconnecting`.
 */
export class Socket {
  #options;
  #socket = null;
  #status = 'idle';
  #failures = 0;
  #renewToken = false;
  #timer = 0;
  #heart = 0;
  #lastHeard = 0;

  /**
   * @param {object} options
   * @param {string} options.url absolute `ws:` or `wss:` URL
   * @param {(renew: boolean) => Promise<string|null>|string|null} options.token asked with true
   *     after the service refused the last one. Null ends the attempts.
   * @param {() => void} options.onOpen says what is wanted, through {@link say}
   * @param {(frame: object) => void} options.onFrame
   * @param {(status: string) => void} options.onStatus
   * @param {() => void} options.onUnauthorized there is no token any more
   * @param {number} options.minDelay milliseconds before the first new attempt
   * @param {number} options.maxDelay milliseconds that no wait exceeds
   * @param {typeof WebSocket} [options.WebSocket]
   */
  constructor(options) {
    this.#options = options;
  }

  get status() {
    return this.#status;
  }

  /** Connects and stays connected until {@link stop}. */
  start() {
    if (this.#status !== 'idle') return;
    this.#failures = 0;
    this.#become('connecting');
    this.#connect();
  }

  /** Disconnects for good. */
  stop() {
    clearTimeout(this.#timer);
    this.#become('idle');
    this.#drop();
  }

  /** Tries at once instead of waiting on: the network is back, or somebody is looking. */
  wake() {
    if (this.#status !== 'reconnecting' || this.#socket) return;
    clearTimeout(this.#timer);
    this.#failures = 0;
    this.#connect();
  }

  /** @returns {boolean} whether it was on its way */
  say(event, data) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify({ event, data }));
    return true;
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
    if (this.#status === 'idle' || this.#socket) return;
    if (!token) {
      this.stop();
      this.#options.onUnauthorized();
      return;
    }
    try {
      this.#open(token);
    } catch {
      this.#again();
    }
  }

  #open(token) {
    const { url, WebSocket = globalThis.WebSocket } = this.#options;
    const socket = new WebSocket(url, ['video.v1', `bearer.${token}`]);
    this.#socket = socket;
    this.#lastHeard = Date.now();
    this.#heart = setInterval(() => this.#beat(socket), PING_MILLIS / 4);
    socket.onopen = () => {
      this.#options.onOpen();
      // Messages are answered one after the other: this answer comes when all others are there.
      this.say('ping', {});
    };
    socket.onmessage = (message) => this.#hear(message);
    socket.onclose = (event) => this.#lost(socket, event.code);
  }

  #hear(message) {
    this.#lastHeard = Date.now();
    let frame;
    try {
      frame = JSON.parse(message.data);
    } catch {
      return;
    }
    if (frame.event === 'pong') {
      this.#failures = 0;
      this.#become('live');
    } else {
      this.#options.onFrame(frame);
    }
  }

  /** A connection that says nothing for long is dead, even if nobody has closed it. */
  #beat(socket) {
    const silence = Date.now() - this.#lastHeard;
    const opening = socket.readyState === 0;
    if (silence > (opening ? OPENING_MILLIS : SILENCE_MILLIS)) {
      this.#lost(socket, 1006);
    } else if (!opening && silence >= PING_MILLIS) {
      this.say('ping', {});
    }
  }

  #lost(socket, code) {
    if (this.#socket !== socket) return;
    this.#drop();
    if (this.#status === 'idle') return;
    this.#renewToken = code === UNAUTHORIZED;
    if (code === RESTART) this.#failures = 0;
    this.#again();
  }

  /** Waits longer after each failure, and never as long as its neighbours do. */
  #again() {
    if (this.#status === 'idle') return;
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

  #become(status) {
    if (this.#status === status) return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}
