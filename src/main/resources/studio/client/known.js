/** What has been told of each generation, so that nothing is told twice and nothing steps back. */

/** One entry for each generation that is or was followed. */
export class Known {
  #entries = new Map();

  /** The entry, made where there is none: `{seq, last, polled, attempts}`. */
  of(generationId) {
    let entry = this.#entries.get(generationId);
    if (!entry) {
      entry = { seq: 0, last: null, polled: false, attempts: 0 };
      this.#entries.set(generationId, entry);
    }
    return entry;
  }

  /** The event that was told last, or null. */
  last(generationId) {
    return this.#entries.get(generationId)?.last ?? null;
  }

  /** Those whose terminal event is still to come. */
  get open() {
    return [...this.#entries].filter(([, { last }]) => !last?.terminal).map(([id]) => id);
  }

  forget(generationId) {
    this.#entries.delete(generationId);
  }

  clear() {
    this.#entries.clear();
  }

  /** From where to go on, or nothing where the present state is what is wanted. */
  resumeFrom(generationId) {
    const { seq, polled } = this.of(generationId);
    return seq && !polled ? seq : undefined;
  }

  /** What comes next tells the present state, whatever its `seq`. */
  resync(generationId) {
    Object.assign(this.of(generationId), { seq: 0, polled: false });
  }

  /** Takes an event of the socket. @returns {boolean} whether it is news */
  hear(event) {
    const entry = this.of(event.generationId);
    if (event.seq && event.seq <= entry.seq) return false;
    const overtaken = entry.polled && entry.last && !follows(event, entry.last);
    entry.seq = event.seq || entry.seq;
    if (overtaken) return false;
    Object.assign(entry, { last: event, polled: false });
    return true;
  }

  /** Takes the state that an answer told. @returns {boolean} whether it is news */
  learn(event, attempts = 0) {
    const entry = this.of(event.generationId);
    const again = attempts > entry.attempts;
    entry.attempts = Math.max(attempts, entry.attempts);
    if (entry.last && !follows(event, entry.last, again)) return false;
    Object.assign(entry, { last: event, polled: true });
    return true;
  }
}

/** Whether this brings anything beyond what an answer of the REST interface, or it, has told. */
function follows(event, last, again = false) {
  if (event.event !== last.event) {
    // What was taken up before is behind what is in progress; an end is followed by a new run alone.
    if (last.terminal) return event.event === 'job:queued' || event.event === 'job:started';
    return !(last.event === 'job:progress' && event.event === 'job:started');
  }
  if (event.event === 'job:queued') return event.data.position !== last.data.position;
  if (event.event !== 'job:progress') return event.terminal !== last.terminal;
  const [now, before] = [event.data, last.data];
  return again || now.percent > before.percent || (now.percent === before.percent && now.stage !== before.stage);
}
