package com.jadariselabs.video.redis;

import java.util.concurrent.ThreadLocalRandom;

/** Waits between tries to connect: 25 ms at first, doubling to half a second, with jitter. */
final class Backoff {
  private static final int FIRST_MILLIS = 25;
  private static final int MOST_MILLIS = 500;

  private int millis = FIRST_MILLIS;

  long nextMillis() {
    long next = ThreadLocalRandom.current().nextLong(millis / 2, millis + 1L);
    millis = Math.min(MOST_MILLIS, millis * 2);
    return next;
  }

  void reset() {
    millis = FIRST_MILLIS;
  }
}
