/** The body of `POST /api/generate/video`. */
export interface VideoRequest {
  /** 1 to 1000 characters. */
  prompt: string;
  /** One of the catalogue's ids. */
  model: string;
  /** Whole seconds, 1 to the model's maximum. */
  duration: number;
  quality?: 'draft' | 'standard' | 'high' | 'ultra';
  style?: string;
  aspect_ratio?: '16:9' | '9:16' | '1:1';
  negative_prompt?: string;
  seed?: number;
  /** https, where the model takes a start image. */
  image_url?: string;
  /** Whether the prompt may be enhanced; true unless said otherwise. */
  enhance?: boolean;
  /** https; gets a signed POST for each terminal event. */
  webhook_url?: string;
}

export type Status = 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled';
export type Stage = 'enhancing' | 'generating' | 'uploading' | 'done';

export interface Submission {
  success: true;
  generation_id: string;
  job_id: string;
  status: Status;
  /** The generation itself. */
  estimated_time_seconds: number;
  queue_position: number | null;
  /** The wait for the jobs ahead. */
  estimated_wait_seconds: number | null;
  model_used: string;
  credits_charged: number;
  remaining_credits: number;
  warnings: string[];
  trace_id: string;
}

export interface Failure {
  code: string;
  message: string;
}

export interface QueueStatus {
  priority: 'high' | 'normal' | 'low';
  position?: number;
  estimated_wait_seconds?: number;
  state?: 'retrying';
  retry_at?: string;
  attempt?: number;
}

export interface Generation {
  id: string;
  job_id: string;
  status: Status;
  stage: Stage | null;
  percent: number;
  prompt: string;
  enhanced_prompt: string | null;
  negative_prompt: string | null;
  model: string;
  duration: number;
  quality: string;
  style: string | null;
  aspect_ratio: string;
  seed: number | null;
  provider_model: string;
  provider_duration: number;
  result_url: string | null;
  poster_url: string | null;
  queue_status: QueueStatus | null;
  error: Failure | null;
  attempts: number;
  credits_charged: number;
  credits_refunded: number;
  trace_id: string;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  /** Why attempts of the present run failed; told by `get` alone. */
  attempt_history?: {
    attempt: number;
    started_at: string;
    ended_at: string | null;
    error: { code: string; message: string };
  }[];
}

export interface GenerationPage {
  success: true;
  generations: Generation[];
  next_cursor: string | null;
}

export interface Cancellation {
  success: true;
  generation_id: string;
  status: 'cancelled';
  credits_refunded: number;
  remaining_credits: number;
}

export interface Estimate {
  success: true;
  credits: number;
  estimated_time_seconds: number;
  affordable: boolean;
}

export interface Model {
  id: string;
  name: string;
  credits_per_second: number;
  max_duration: number;
  avg_seconds_per_second: number;
  aspect_ratios: string[];
  takes_image: boolean;
}

export interface Catalogue {
  models: Model[];
  qualities: Record<string, unknown>;
  styles: unknown[];
}

export interface Account {
  user_id: string;
  plan: 'free' | 'starter' | 'pro';
  roles: string[];
  credits: number;
  reputation: number;
  limits: Record<string, { limit: number; remaining: number }>;
}

export interface LedgerEntry {
  id: string | number;
  amount: number;
  kind: 'grant' | 'charge' | 'refund' | 'adjustment';
  generation_id: string | null;
  balance_after: number;
  created_at: string;
}

export interface Ledger {
  balance: number;
  entries: LedgerEntry[];
  next_cursor: string | null;
}

/** The one shape of refusals (RFC 9457). */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  trace_id?: string;
  errors?: { field: string; message: string }[];
  [more: string]: unknown;
}

/** A refusal of the service, or with status 0 that it could not be reached. */
export declare class VideoError extends Error {
  constructor(status: number, problem?: Problem, retryAfter?: number);
  /** HTTP status, 0 when there was no answer. */
  readonly status: number;
  /** Such as `insufficient_credits`; `unreachable` when there was no answer. */
  readonly code: string;
  readonly errors: { field: string; message: string }[];
  readonly traceId: string | undefined;
  readonly problem: Problem;
  /** Seconds to wait, 0 where the service said nothing. */
  readonly retryAfter: number;
  /** Whether the same request may well succeed later, and was not charged for. */
  get transient(): boolean;
}

interface Told<Name extends string, Data> {
  event: Name;
  generationId: string;
  data: { generationId: string } & Data;
  /** Grows with each event; absent where the state was asked for while sockets were away. */
  seq?: number;
  /** Epoch milliseconds. */
  ts?: number;
  /** Whether it is the last one of its run. */
  terminal: boolean;
}

export type VideoEvent =
  | Told<'job:queued', { position: number | null }>
  | Told<'job:started', { workerId: string }>
  | Told<'job:progress', { percent: number; stage: Stage; message: string }>
  | Told<'job:completed', { videoUrl: string; posterUrl: string | null }>
  /** `retryIn` in milliseconds when another attempt follows; absent when it is final. */
  | Told<'job:failed', { error: Failure; retryIn?: number }>
  | Told<'job:cancelled', {}>;

type Named<Name extends VideoEvent['event']> = Extract<VideoEvent, { event: Name }>;

export interface WatchOptions {
  signal?: AbortSignal;
  /** The `seq` of the last event that is known already. */
  after?: number;
  onEvent?(event: VideoEvent): void;
  onQueued?(event: Named<'job:queued'>): void;
  onStarted?(event: Named<'job:started'>): void;
  onProgress?(event: Named<'job:progress'>): void;
  onCompleted?(event: Named<'job:completed'>): void;
  onFailed?(event: Named<'job:failed'>): void;
  onCancelled?(event: Named<'job:cancelled'>): void;
  /** There is nothing to watch, or nobody is signed in any more. */
  onError?(error: Error): void;
}

/**
 * Begins at once; a reader that is behind gets the latest progress alone, and every end. Beside
 * callbacks, events are kept from the moment that somebody reads.
 */
export interface Watch extends AsyncIterable<VideoEvent> {
  readonly generationId: string;
  /** Resolves with the terminal event; rejects when the watch ends without one. */
  readonly finished: Promise<VideoEvent>;
  stop(): void;
}

export type Connection = 'idle' | 'connecting' | 'live' | 'reconnecting';

export interface VideoClientOptions {
  /** Where the service is; where this file came from unless said otherwise. */
  url?: string;
  /** The access token, for one that does not change. */
  token?: string | null;
  /** Gives the access token; asked with true after the service refused the last one. */
  getToken?(renew: boolean): Promise<string | null> | string | null;
  /** How often a submission that got lost is sent again; 2 unless said otherwise. */
  retries?: number;
  /** Milliseconds without a socket after which the REST interface is asked instead; 3000. */
  pollAfterMillis?: number;
  /** Milliseconds between two such questions, on average; 3000. */
  pollMillis?: number;
  /** Milliseconds before the first new attempt to connect; 400. */
  minDelay?: number;
  /** Milliseconds that no wait between attempts exceeds; 15000. */
  maxDelay?: number;
  fetch?: typeof fetch;
  WebSocket?: typeof WebSocket;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface SubmitOptions extends CallOptions {
  /** Made inside unless given; the same key never charges twice. */
  idempotencyKey?: string;
  retries?: number;
}

export interface ListOptions extends CallOptions {
  /** 1 to 100. */
  limit?: number;
  cursor?: string | null;
}

export interface RequestOptions extends CallOptions {
  body?: unknown;
  query?: Record<string, string | number | boolean | null | undefined>;
  headers?: Record<string, string>;
  /** Without a token. */
  anonymous?: boolean;
}

/**
 * One caller of the service. Fires `connection` (a CustomEvent whose detail is a
 * {@link Connection}). Rejects with {@link VideoError}.
 */
export declare class VideoClient extends EventTarget {
  constructor(options?: VideoClientOptions);
  get connection(): Connection;
  submit(request: VideoRequest, options?: SubmitOptions): Promise<Submission>;
  get(generationId: string, options?: CallOptions): Promise<Generation>;
  list(options?: ListOptions & { status?: Status }): Promise<GenerationPage>;
  cancel(generationId: string, options?: CallOptions): Promise<Cancellation>;
  estimate(request: VideoRequest, options?: CallOptions): Promise<Estimate>;
  models(options?: CallOptions): Promise<Catalogue>;
  me(options?: CallOptions): Promise<Account>;
  credits(options?: ListOptions): Promise<Ledger>;
  request(method: string, path: string, options?: RequestOptions): Promise<any>;
  watch(generationId: string, options?: WatchOptions): Watch;
  watchAll(options?: WatchOptions): Watch;
  follow(generationId: string): void;
  wake(): void;
  close(): void;
}

/** A fresh key for one submission. */
export declare function idempotencyKey(): string;
