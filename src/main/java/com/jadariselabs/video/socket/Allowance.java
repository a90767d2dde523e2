package com.jadariselabs.video.socket;

/** How often one socket may speak: a token bucket. Not thread-safe. */
final class Allowance {
  private static final double NANOS_PER_SECOND = 1e9;

  private final int perSecond;
  private final int burst;
  private double tokens;
  private long refilledAtNanos;
  private int refused;

  Allowance(int perSecond, int burst, long nowNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.refilledAtNanos = nowNanos;
  }

  /** Takes one. */
  boolean take(long nowNanos) {
    tokens = Math.min(burst, tokens + (nowNanos - refilledAtNanos) / NANOS_PER_SECOND * perSecond);
    refilledAtNanos = nowNanos;
    if (tokens < 1) {
      refused++;
      return false;
    }
    if (tokens > burst / 2.0) {
      refused = 0;
    }
    tokens--;
    return true;
  }

  /** Whether it went on and on after having been refused. */
  boolean abused() {
    return refused > burst;
  }
}
