package com.jadariselabs.video;

import com.jadariselabs.video.image.ImageSettings;
import com.jadariselabs.video.media.MediaSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How videos are looked at and kept.
 *
 * @param ffmpeg path of ffmpeg; null: searched on the PATH
 * @param ffprobe path of ffprobe; null: searched on the PATH
 * @param secret signs local media URLs; null: random, kept in the data directory
 * @param maxImageMebibytes a larger start image is refused
 * @param maxImageMegapixels a start image of more pixels is refused
 * @param cdnBaseUrl host put into result URLs; null: the service itself
 * @param storage where new files go: {@code local}, {@code supabase} or {@code s3}; null: where a
 *     bucket is named
 */
public record MediaSection(
    @Nullable String ffmpeg,
    @Nullable String ffprobe,
    @Nullable String secret,
    @Nullable String cdnBaseUrl,
    @Nullable String storage,
    int maxImageMebibytes,
    int maxImageMegapixels) {

  /** Checks the bounds and the address. */
  public MediaSection {
    within("maxImageMebibytes", maxImageMebibytes, 100);
    within("maxImageMegapixels", maxImageMegapixels, 1_000);
    if (cdnBaseUrl != null && !cdnBaseUrl.matches("https?://[^/?#@\\s;,]+(/[^?#\\s]*)?")) {
      throw new IllegalArgumentException("cdnBaseUrl must be http(s)://host, with a path or none");
    }
    if (storage != null && !storage.matches("local|supabase|s3")) {
      throw new IllegalArgumentException("storage must be local, supabase or s3");
    }
  }

  MediaSettings settings() {
    return new MediaSettings(ffmpeg, ffprobe, 0, 0);
  }

  ImageSettings images(boolean allowPrivate, boolean near) {
    return new ImageSettings(
        (long) maxImageMebibytes << 20,
        1_000_000L * maxImageMegapixels,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        allowPrivate,
        near);
  }

  private static void within(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + " must be from 1 to " + most + ", not " + value);
    }
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "MediaSection[cdnBaseUrl=" + cdnBaseUrl + "]";
  }
}
