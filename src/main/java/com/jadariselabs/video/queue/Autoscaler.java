package com.jadariselabs.video.queue;

/**
 * How many workers there should be. Asked once per second or so: grows at once, one worker at a
 * time; shrinks, one at a time, after it has been quiet for several askings in a row.
 */
final class Autoscaler {
  static final int CROWDED = 10;
  static final int QUIET = 5;
  static final int QUIET_ASKINGS = 5;

  private final int min;
  private final int max;
  private int quiet;

  Autoscaler(int min, int max) {
    this.min = min;
    this.max = max;
  }

  /**
   * @param running workers at present
   * @param waiting jobs that wait
   */
  int target(int running, int waiting) {
    quiet = waiting < QUIET && running > min ? quiet + 1 : 0;
    if (waiting > CROWDED && running < max) {
      return running + 1;
    }
    if (quiet >= QUIET_ASKINGS) {
      quiet = 0;
      return running - 1;
    }
    return Math.max(min, Math.min(max, running));
  }
}
