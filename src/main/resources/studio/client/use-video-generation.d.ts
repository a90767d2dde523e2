import type { UseVideoGeneration } from './react.js';

/** See {@link UseVideoGeneration}. */
export declare const useVideoGeneration: UseVideoGeneration;
