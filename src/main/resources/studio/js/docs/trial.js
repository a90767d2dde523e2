/** One operation being tried: what was filled in, and what came back. */

const MOST_CHARACTERS = 100_000;
const MOST_HEADERS = ['content-type', 'x-trace-id', 'location', 'etag', 'retry-after', 'ratelimit', 'idempotency-replayed'];

/** Sent to this service alone: nothing else may be connected to from here. */
export class Trial {
  values = {};
  body;
  busy = false;
  /** The last answer: status, headers, text, millis; or an error. */
  answer = null;
  #operation;
  #docs;
  #stop = null;

  /**
   * @param {object} operation of {@link import('./spec.js').Spec}
   * @param {import('./documentation.js').Documentation} docs
   */
  constructor(operation, docs) {
    this.#operation = operation;
    this.#docs = docs;
    this.body = operation.body ? JSON.stringify(operation.body.example ?? {}, null, 2) : undefined;
  }

  /** Where it goes, with what has been filled in. */
  get url() {
    const { path, parameters } = this.#operation;
    const filled = path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(this.values[`path ${name}`] ?? ''));
    const query = parameters
      .filter((one) => one.in === 'query' && this.values[`query ${one.name}`])
      .map((one) => [one.name, this.values[`query ${one.name}`]]);
    return query.length ? `${filled}?${new URLSearchParams(query)}` : filled;
  }

  /** The same for a terminal; the token stays out of it. */
  get curl() {
    const { method } = this.#operation;
    const words = ['curl', method === 'GET' ? '' : `-X ${method}`, quoted(location.origin + this.url)];
    for (const [name, value] of Object.entries(this.#headers())) {
      words.push('-H', name === 'Authorization' ? '"Authorization: Bearer $TOKEN"' : quoted(`${name}: ${value}`));
    }
    if (this.body !== undefined) words.push('-d', quoted(this.body.replace(/\s*\n\s*/g, ' ')));
    return words.filter(Boolean).join(' ');
  }

  /** Fills in one parameter. */
  set(key, value) {
    this.values[key] = value;
    this.#docs.changed();
  }

  /** Sends it; an answer that goes on is shown as it comes. */
  async send() {
    this.stop();
    const stop = new AbortController();
    this.#stop = stop;
    this.busy = true;
    this.answer = null;
    this.#docs.changed();
    const begun = performance.now();
    try {
      const response = await fetch(this.url, {
        method: this.#operation.method,
        headers: this.#headers(),
        body: this.body,
        cache: 'no-store',
        signal: stop.signal,
      });
      this.answer = {
        status: response.status,
        millis: Math.round(performance.now() - begun),
        headers: MOST_HEADERS.map((name) => [name, response.headers.get(name)]).filter(([, value]) => value),
        text: '',
      };
      await this.#read(response);
    } catch (error) {
      if (!stop.signal.aborted) this.answer = { error: String(error.message || error) };
    }
    if (this.#stop === stop) {
      this.busy = false;
      this.#stop = null;
    }
    this.#docs.changed();
  }

  /** No more of it. */
  stop() {
    this.#stop?.abort();
  }

  async #read(response) {
    const type = response.headers.get('Content-Type') ?? '';
    if (type.includes('json')) {
      const text = await response.text();
      this.answer.text = pretty(text);
    } else if (type.startsWith('text/')) {
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        this.answer.text += part.value;
        this.#docs.changed();
      }
    } else {
      const { size } = await response.blob();
      this.answer.bytes = size;
    }
    this.answer.text = this.answer.text.slice(0, MOST_CHARACTERS);
  }

  #headers() {
    const headers = {};
    for (const one of this.#operation.parameters) {
      const value = this.values[`header ${one.name}`];
      if (one.in === 'header' && value) headers[one.name] = value;
    }
    if (this.body !== undefined) headers['Content-Type'] = 'application/json';
    if (this.#docs.token && !this.#operation.open) headers.Authorization = `Bearer ${this.#docs.token}`;
    return headers;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
