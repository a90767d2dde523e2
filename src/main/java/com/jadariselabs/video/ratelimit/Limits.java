package com.jadariselabs.video.ratelimit;

import java.util.List;

/**
 * How many requests a user may make, each a bucket that refills continuously.
 *
 * @param perMinute at least 1
 * @param perHour at least 1
 * @param perDay at least 1
 */
public record Limits(int perMinute, int perHour, int perDay) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public Limits {
    if (perMinute < 1 || perHour < 1 || perDay < 1) {
      throw new IllegalArgumentException("A rate limit must be at least 1");
    }
  }

  /** The limits times a factor, at least 1 each. */
  Limits times(double factor) {
    return factor == 1.0
        ? this
        : new Limits(scaled(perMinute, factor), scaled(perHour, factor), scaled(perDay, factor));
  }

  List<Window> windows() {
    return List.of(
        new Window("minute", 60, perMinute),
        new Window("hour", 3_600, perHour),
        new Window("day", 86_400, perDay));
  }

  private static int scaled(int limit, double factor) {
    return (int) Math.max(1, Math.floor(limit * factor));
  }

  /** One bucket: so many tokens in so many seconds. */
  record Window(String name, int seconds, int limit) {}
}
