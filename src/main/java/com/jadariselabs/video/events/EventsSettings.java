package com.jadariselabs.video.events;

import java.time.Duration;

/**
 * How much of the past is kept in memory for clients that come back.
 *
 * @param perGeneration how many of a generation's latest events, at least 1
 * @param totalBytes about how much memory they may take in all; the generations least recently
 *     heard of are forgotten first
 * @param keepEnded how long a generation's events are kept after its end
 * @param reorderFor how long an event waits for the one before it, which another thread is about to
 *     publish
 */
public record EventsSettings(
    int perGeneration, long totalBytes, Duration keepEnded, Duration reorderFor) {

  /** Refuses what cannot work. */
  public EventsSettings {
    if (perGeneration < 1 || totalBytes < 1) {
      throw new IllegalArgumentException("at least one event must be kept");
    }
  }

  /** 64 events each, 24 MiB in all, five minutes, 50 ms. */
  public static EventsSettings defaults() {
    return new EventsSettings(64, 24L << 20, Duration.ofMinutes(5), Duration.ofMillis(50));
  }
}
