package com.jadariselabs.video.generation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a generation's run.
 *
 * @param attempt from 1
 * @param state {@code creating}: its prediction may or may not exist; {@code running}: its id is
 *     known; {@code over}: nothing of it runs at the provider any more
 * @param input the input as sent, in JSON, by which an orphan is told
 * @param metrics the provider's figures, in JSON
 */
public record Attempt(
    String generationId,
    int run,
    int attempt,
    String state,
    @Nullable String input,
    @Nullable String predictionId,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String errorCode,
    @Nullable String errorMessage,
    @Nullable String metrics) {

  /** Whether nothing of it runs at the provider any more. */
  public boolean over() {
    return state.equals("over");
  }
}
