/** Asks the REST interface instead of the socket, for as long as that is away. */

const PAGE = 100;
const SINGLY = 20;

/** Asks in a loop with jitter while it is started; what is wanted is asked for each time. */
export class Poller {
  #http;
  #everyMillis;
  #wanted;
  #told;
  #failed;
  #timer = 0;
  #run = 0;
  #first = true;

  /**
   * @param {object} options
   * @param {import('./http.js').Http} options.http
   * @param {number} options.everyMillis
   * @param {() => {all: boolean, ids: string[]}} options.wanted
   * @param {(generation: object, firstSight: boolean) => void} options.told
   * @param {(error: Error, generationId: string|null) => void} options.failed
   */
  constructor({ http, everyMillis, wanted, told, failed }) {
    this.#http = http;
    this.#everyMillis = everyMillis;
    this.#wanted = wanted;
    this.#told = told;
    this.#failed = failed;
  }

  /** Asks for the first time after so many milliseconds; goes on as before when it is running. */
  start(afterMillis) {
    if (this.#timer) return;
    this.#run += 1;
    this.#first = true;
    this.#later(this.#run, afterMillis);
  }

  /** No more; an answer that is on its way counts for nothing. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#run += 1;
  }

  #later(run, millis) {
    this.#timer = setTimeout(() => this.#visit(run), millis);
  }

  async #visit(run) {
    const { all, ids } = this.#wanted();
    try {
      if (all || ids.length > 1) await this.#page(run, all, new Set(ids));
      else if (ids.length) await this.#one(run, ids[0]);
      if (run === this.#run) this.#first = false;
    } catch (error) {
      if (run === this.#run && !error.transient) this.#failed(error, null);
    }
    if (run === this.#run) this.#later(run, this.#everyMillis * (0.75 + Math.random() / 2));
  }

  async #page(run, all, ids) {
    const query = { limit: PAGE };
    const { generations } = await this.#http.call('GET', '/api/generate/video', { query });
    if (run !== this.#run) return;
    for (const generation of generations) {
      if (all || ids.has(generation.id)) this.#told(generation, this.#first);
      ids.delete(generation.id);
    }
    for (const id of [...ids].slice(0, SINGLY)) await this.#one(run, id);
  }

  async #one(run, id) {
    if (run !== this.#run) return;
    const query = { generation_id: id };
    try {
      const { generation } = await this.#http.call('GET', '/api/generate/video', { query });
      if (run === this.#run) this.#told(generation, false);
    } catch (error) {
      if (error.status !== 404) throw error;
      if (run === this.#run) this.#failed(error, id);
    }
  }
}
