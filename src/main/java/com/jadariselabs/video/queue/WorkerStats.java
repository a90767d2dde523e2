package com.jadariselabs.video.queue;

/**
 * The workers of this process at a moment.
 *
 * @param running workers that take jobs
 * @param slots generations that they may have in progress at once, with those that workers which no
 *     longer take jobs still have
 * @param busy generations in progress
 * @param min configured least number of workers
 * @param max configured greatest number of workers
 */
public record WorkerStats(int running, int slots, int busy, int min, int max) {}
