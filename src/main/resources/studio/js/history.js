/** Earlier generations: pages by cursor for each filter, search, and the one of a link. */

const PAGE = 20;
const CAUGHT_UP = 50;

/** What of the board the page shows, and how more of it is fetched. */
export class History {
  filter = 'all';
  search = '';
  /** The one generation that the page's address names, or null. */
  only = new URLSearchParams(location.search).get('generation_id');
  gone = false;
  #studio;
  #pages = {};
  #catching = false;

  /** @param {import('./studio.js').Studio} studio */
  constructor(studio) {
    this.#studio = studio;
  }

  /** Forgets what was loaded. */
  reset() {
    this.#pages = {};
    this.filter = 'all';
    this.search = '';
    this.gone = false;
  }

  /** How far the present filter has been loaded: `{cursor, horizon, done, loading, failed}`. */
  get page() {
    this.#pages[this.filter] ??= blank();
    return this.#pages[this.filter];
  }

  /** The cards to show. */
  get items() {
    const { filter, search, only, page } = this;
    return this.#studio.board.list({ filter, search, only, horizon: page.horizon });
  }

  /** Loads what the page shows first. */
  open() {
    if (this.only) this.#openOne();
    if (!this.page.begun) this.more();
  }

  async #openOne() {
    const asked = this.#studio.board.mark();
    try {
      this.take([await this.#studio.api.get(this.only)], asked);
    } catch (error) {
      this.gone = error.status === 404 || error.status === 400;
      if (!this.gone) this.#studio.failed(error);
    }
    this.#studio.changed();
  }

  /** Back from the one to all. */
  showAll() {
    this.only = null;
    this.gone = false;
    this.filter = 'all';
    this.search = '';
    window.history.replaceState(null, '', location.pathname);
    this.#studio.changed();
  }

  /** Shows those of this state alone. */
  choose(filter) {
    this.filter = filter;
    this.open();
    this.#studio.changed();
  }

  /** Shows those whose prompt has these words. */
  find(words) {
    this.search = words;
    this.#studio.changed();
  }

  /** The next page of the present filter. */
  async more() {
    const page = this.page;
    if (page.loading || page.done) return;
    Object.assign(page, { loading: true, begun: true, failed: false });
    this.#studio.changed();
    const asked = this.#studio.board.mark();
    try {
      await this.#fetchPage(this.filter, page, asked);
    } catch (error) {
      page.failed = true;
      if (error.status === 401) this.#studio.failed(error);
    }
    page.loading = false;
    this.#studio.changed();
  }

  async #fetchPage(filter, page, asked) {
    if (filter === 'active') {
      const both = ['queued', 'processing'];
      const answers = await Promise.all(
        both.map((status) => this.#studio.api.list({ limit: 100, status })),
      );
      answers.forEach((answer) => this.take(answer.generations, asked));
      Object.assign(page, { done: true, horizon: '' });
      return;
    }
    const status = filter === 'all' ? undefined : filter;
    const query = { limit: PAGE, cursor: page.cursor, status };
    const answer = await this.#studio.api.list(query);
    this.take(answer.generations, asked);
    page.cursor = answer.next_cursor || undefined;
    page.done = !answer.next_cursor;
    page.horizon = page.done ? '' : answer.generations.at(-1)?.created_at || page.horizon;
  }

  /** Puts these onto the board, and the socket follows those not ended. */
  take(generations, asked) {
    for (const generation of generations) {
      this.#studio.follow(this.#studio.board.merge(generation, asked));
    }
  }

  /** After an interruption: what is new, and what became of those that were in progress. */
  async catchUp() {
    if (this.#catching || !this.#pages.all?.begun) return;
    this.#catching = true;
    const { api, board } = this.#studio;
    try {
      const asked = board.mark();
      const { generations } = await api.list({ limit: CAUGHT_UP });
      this.take(generations, asked);
      const seen = new Set(generations.map((generation) => generation.id));
      for (const item of board.active.filter((one) => !seen.has(one.id))) {
        await this.#studio.refresh(item);
      }
    } catch (error) {
      if (error.status === 401) this.#studio.failed(error);
    }
    this.#catching = false;
    this.#studio.changed();
  }
}

function blank() {
  return { cursor: undefined, horizon: '\uffff', begun: false, done: false, loading: false, failed: false };
}
