package com.jadariselabs.video.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prediction, as it is kept on disk.
 *
 * @param input as it came; null once the data is removed
 * @param promptHash tells predictions with the same prompt after the prompt itself is gone
 * @param marker how it misbehaves
 * @param seconds of video
 * @param base what URLs of the sandbox began with when it was created
 * @param token the unguessable part of its output's URL
 * @param progress from 0 to 1, what was done when it ended
 */
record Prediction(
    String id,
    String model,
    String version,
    @Nullable JsonNode input,
    String promptHash,
    Marker marker,
    double seconds,
    Status status,
    @Nullable String error,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    Instant deadline,
    @Nullable String webhook,
    List<String> events,
    String base,
    String token,
    double progress,
    boolean dataRemoved) {

  /** On its way; one that is so already keeps its time. */
  Prediction processing(Instant now) {
    return status == Status.STARTING
        ? with(Status.PROCESSING, null, now, null, 0, input, false)
        : this;
  }

  /** Ended; one that has ended already stays as it is. */
  Prediction ended(Status end, @Nullable String why, double done, Instant now) {
    return status.isTerminal() ? this : with(end, why, startedAt, now, done, input, false);
  }

  /** Without input, output and logs. */
  Prediction emptied() {
    return dataRemoved ? this : with(status, error, startedAt, completedAt, progress, null, true);
  }

  boolean endedBefore(Instant instant) {
    return completedAt != null && completedAt.isBefore(instant);
  }

  private Prediction with(
      Status newStatus,
      @Nullable String newError,
      @Nullable Instant newStartedAt,
      @Nullable Instant newCompletedAt,
      double newProgress,
      @Nullable JsonNode newInput,
      boolean removed) {
    return new Prediction(
        id,
        model,
        version,
        newInput,
        promptHash,
        marker,
        seconds,
        newStatus,
        newError,
        createdAt,
        newStartedAt,
        newCompletedAt,
        deadline,
        webhook,
        events,
        base,
        token,
        newProgress,
        removed);
  }
}
