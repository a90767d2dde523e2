package com.jadariselabs.video.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * The API key that a submission comes by.
 *
 * @param keyId {@code key_…}
 * @param limits of its own, which hold besides its owner's; null: none
 */
public record KeyLimits(String keyId, @Nullable Limits limits) {
  private static final int UNREACHED = 1_000_000_000;

  /** A key with limits of its own where any is named. */
  public static KeyLimits of(
      String keyId,
      @Nullable Integer perMinute,
      @Nullable Integer perHour,
      @Nullable Integer perDay) {
    return perMinute == null && perHour == null && perDay == null
        ? new KeyLimits(keyId, null)
        : new KeyLimits(keyId, new Limits(or(perMinute), or(perHour), or(perDay)));
  }

  /** No user is called like this: a subject has no control characters. */
  String bucket() {
    return "key\t" + keyId;
  }

  private static int or(@Nullable Integer limit) {
    return limit == null ? UNREACHED : limit;
  }
}
