package com.jadariselabs.video.generation;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * How long a wait is: the jobs ahead, times how long jobs have lately taken, over the slots that
 * serve them. Thread-safe.
 */
final class Pace {
  private static final double WEIGHT_OF_THE_NEWEST = 0.1;

  private final IntSupplier slots;
  private final AtomicLong meanMillis = new AtomicLong(-1);

  Pace(IntSupplier slots) {
    this.slots = slots;
  }

  void took(long millis) {
    meanMillis.updateAndGet(
        mean ->
            mean < 0
                ? millis
                : Math.round(mean * (1 - WEIGHT_OF_THE_NEWEST) + millis * WEIGHT_OF_THE_NEWEST));
  }

  /**
   * The expected wait in seconds.
   *
   * @param ahead how many will run before
   * @param estimateSeconds of the job itself, taken while nothing was measured yet
   */
  int waitSeconds(int ahead, int estimateSeconds) {
    long mean = meanMillis.get();
    double seconds = mean < 0 ? estimateSeconds : mean / 1000.0;
    return (int) Math.ceil(ahead * seconds / Math.max(1, slots.getAsInt()));
  }
}
