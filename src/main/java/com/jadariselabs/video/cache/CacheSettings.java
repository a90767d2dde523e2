package com.jadariselabs.video.cache;

import java.time.Duration;

/**
 * How much a cache keeps, and for how long.
 *
 * @param maxWeight sum of the weights of what is kept in memory
 * @param timeToLive after so long a value is loaded again; shortened at random by up to a tenth, so
 *     that what came together does not go together
 * @param absentTimeToLive how long "there is no such thing" is believed
 */
public record CacheSettings(long maxWeight, Duration timeToLive, Duration absentTimeToLive) {

  /**
   * @throws IllegalArgumentException unless everything is positive
   */
  public CacheSettings {
    if (maxWeight <= 0 || !positive(timeToLive) || !positive(absentTimeToLive)) {
      throw new IllegalArgumentException("a cache's weight and times must be positive");
    }
  }

  private static boolean positive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }
}
