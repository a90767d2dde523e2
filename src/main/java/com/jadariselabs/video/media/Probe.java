package com.jadariselabs.video.media;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a video; what is not known is null.
 *
 * @param durationSeconds how long it plays, above 0
 * @param width pixels, as coded
 * @param height pixels, as coded
 * @param codec of the picture, in ffmpeg's short names ({@code h264}, {@code hevc}, {@code av1})
 */
public record Probe(
    @Nullable Double durationSeconds,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable String codec) {

  /** Nothing could be found out. */
  public static final Probe UNKNOWN = new Probe(null, null, null, null);
}
