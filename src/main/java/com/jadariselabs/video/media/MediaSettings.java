package com.jadariselabs.video.media;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.jspecify.annotations.Nullable;

/**
 * How video files are looked at.
 *
 * @param ffmpeg path of the ffmpeg program; absent or empty: searched on the PATH; {@code none}:
 *     never used, JCodec makes the posters
 * @param ffprobe path of the ffprobe program; the same choices, without it the movie header is read
 * @param probeTimeoutMillis how long a probe may take, 1 to 600,000
 * @param posterTimeoutMillis how long a poster may take, 1 to 600,000
 */
public record MediaSettings(
    @Nullable String ffmpeg,
    @Nullable String ffprobe,
    int probeTimeoutMillis,
    int posterTimeoutMillis) {

  private static final int LONGEST_MILLIS = 600_000;

  /** The value of a program's path that says: do without it. */
  public static final String NONE = "none";

  /** Checks; a time-out of 0 takes its default, 10 s for a probe and 20 s for a poster. */
  @JsonCreator
  public MediaSettings {
    probeTimeoutMillis = probeTimeoutMillis == 0 ? 10_000 : probeTimeoutMillis;
    posterTimeoutMillis = posterTimeoutMillis == 0 ? 20_000 : posterTimeoutMillis;
    if (Math.min(probeTimeoutMillis, posterTimeoutMillis) < 1
        || Math.max(probeTimeoutMillis, posterTimeoutMillis) > LONGEST_MILLIS) {
      throw new IllegalArgumentException("a media time-out is between 1 and 600000 milliseconds");
    }
  }

  /** Programs from the PATH where there are any, and the default time-outs. */
  public static MediaSettings defaults() {
    return new MediaSettings(null, null, 0, 0);
  }
}
