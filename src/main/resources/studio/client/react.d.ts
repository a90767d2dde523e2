import type { Submission, SubmitOptions, Cancellation, VideoClient, VideoRequest, Failure, VideoError } from './video-client.js';

/** Where the generation stands. */
export interface VideoGenerationState {
  generationId: string | null;
  status: 'idle' | 'loading' | 'submitting' | 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled';
  /** While processing; `done` when completed. */
  stage: 'enhancing' | 'generating' | 'uploading' | 'done' | null;
  /** 0 to 100; null until there is progress. */
  percent: number | null;
  /** The place in the line, from 1. */
  position: number | null;
  /** Epoch milliseconds of the next attempt after a failed one. */
  retryAt: number | null;
  videoUrl: string | null;
  posterUrl: string | null;
  creditsCharged: number | null;
  /** A refusal of the request, or why the generation failed. */
  error: VideoError | Failure | null;
}

export interface VideoGeneration extends VideoGenerationState {
  /** Submits and follows; rejects as `VideoClient.submit` does. */
  generate(request: VideoRequest, options?: SubmitOptions): Promise<Submission>;
  /** Cancels; resolves with what was refunded. */
  cancel(): Promise<Cancellation>;
  /** Lets go of it, back to `idle`. */
  reset(): void;
}

/** @param options.generationId one that was submitted elsewhere */
export type UseVideoGeneration = (
  client: VideoClient,
  options?: { generationId?: string | null },
) => VideoGeneration;

/** What the hook needs of React, 18 or later. */
export interface ReactLike {
  useMemo<T>(factory: () => T, dependencies: readonly unknown[]): T;
  useSyncExternalStore<T>(
    subscribe: (listener: () => void) => () => void,
    snapshot: () => T,
    serverSnapshot?: () => T,
  ): T;
}

/** Makes the hook for the host's own React. */
export declare function createUseVideoGeneration(React: ReactLike): UseVideoGeneration;
