package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.GenerationView;
import com.jadariselabs.video.generation.Generations;
import com.jadariselabs.video.generation.Moments;
import com.jadariselabs.video.generation.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/generate/video?generation_id=…}. */
record GenerationAnswer(
    boolean success,
    GenerationView generation,
    @JsonProperty("attempt_history") List<Setback> attemptHistory) {

  /** An attempt of the present run that failed, in short. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Setback(
      int attempt, String startedAt, @Nullable String endedAt, GenerationView.Failure error) {}

  /** With what its failed attempts met; one whose first attempt goes well has none. */
  static GenerationAnswer of(Generations generations, Generation g) {
    boolean smooth = g.attempts() == 0 || (g.attempts() == 1 && !stumbled(g));
    return new GenerationAnswer(
        true,
        generations.view(g),
        smooth
            ? List.of()
            : generations.attempts(g.id()).stream()
                .filter(attempt -> attempt.run() == g.run())
                .flatMap(attempt -> setback(attempt).stream())
                .toList());
  }

  private static boolean stumbled(Generation g) {
    return g.state() == Status.FAILED || g.state() == Status.QUEUED;
  }

  private static Optional<Setback> setback(Attempt attempt) {
    String code = attempt.errorCode();
    Instant ended = attempt.endedAt();
    return code == null
        ? Optional.empty()
        : Optional.of(
            new Setback(
                attempt.attempt(),
                Moments.iso(attempt.startedAt()),
                ended == null ? null : Moments.iso(ended),
                new GenerationView.Failure(code, String.valueOf(attempt.errorMessage()))));
  }
}
