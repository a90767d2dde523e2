package com.jadariselabs.video.generation;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Times as clients see them: ISO-8601 in UTC with milliseconds. */
public final class Moments {
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Moments() {}

  /** For example {@code 2026-02-27T18:36:00.123Z}. */
  public static String iso(Instant instant) {
    return ISO.format(instant);
  }

  static @Nullable String isoOrNull(@Nullable Instant instant) {
    return instant == null ? null : iso(instant);
  }
}
