package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.generation.Cancellation;
import com.jadariselabs.video.retention.Purged;
import org.jspecify.annotations.Nullable;

/** {@code DELETE /api/generate/video?generation_id=…}. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record CancelAnswer(
    boolean success,
    String generationId,
    String status,
    int creditsRefunded,
    long remainingCredits,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean purged) {

  /** After a purge: how the generation had ended, and what its owner was given back then. */
  static CancelAnswer purged(String generationId, Purged purged) {
    return new CancelAnswer(
        true, generationId, purged.status(), purged.refunded(), purged.remaining(), true);
  }

  static Reply reply(Cancellation cancellation) {
    if (cancellation instanceof Cancellation.Cancelled done) {
      return Reply.ok(
          new CancelAnswer(
              true, done.generationId(), "cancelled", done.refunded(), done.remaining(), null));
    }
    if (cancellation instanceof Cancellation.NotCancellable ended) {
      return Reply.refusal(
          Problem.Code.NOT_CANCELLABLE, "The generation has already ended: " + ended.status());
    }
    return Reply.refusal(Problem.Code.NOT_FOUND, GenerationResource.NO_SUCH);
  }
}
