/** What the page knows of one generation. */

const ENDED = new Set(['completed', 'failed', 'cancelled']);

/** One card: what the service said last, and what happened since. */
export class Item {
  key;
  version = 0;
  status = 'submitting';
  stage = null;
  percent = null;
  /** Whether the percentage is reckoned from time. */
  guessed = false;
  position = null;
  wait = null;
  waitSince = 0;
  retryAt = null;
  cancelling = false;
  /** Ended while this page was looking on. */
  fresh = false;
  error = null;
  videoUrl = null;
  posterUrl = null;
  /** Four frames of the finished video, once somebody has come near; see storyboard.js. */
  frames = null;
  /** The generation as of `GET /api/generate/video`, or the request while it is on its way. */
  told = {};
  heardAt = -1;

  constructor(key) {
    this.key = key;
  }

  get id() {
    return this.told.id;
  }

  get ended() {
    return ENDED.has(this.status);
  }

  get cancellable() {
    return (this.status === 'queued' || this.status === 'processing') && !this.cancelling;
  }

  /** What would come back if it were cancelled now. */
  get refundable() {
    const charged = this.told.credits_charged || 0;
    if (this.status !== 'processing') return charged;
    return Math.floor((charged * (100 - (this.percent || 0))) / 100);
  }
}
