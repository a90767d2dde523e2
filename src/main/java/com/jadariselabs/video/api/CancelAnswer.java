package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.generation.Cancellation;

/** {@code DELETE /api/generate/video?generation_id=…}. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record CancelAnswer(
    boolean success,
    String generationId,
    String status,
    int creditsRefunded,
    long remainingCredits) {

  static Reply reply(Cancellation cancellation) {
    if (cancellation instanceof Cancellation.Cancelled done) {
      return Reply.ok(
          new CancelAnswer(
              true, done.generationId(), "cancelled", done.refunded(), done.remaining()));
    }
    if (cancellation instanceof Cancellation.NotCancellable ended) {
      return Reply.refusal(
          Problem.Code.NOT_CANCELLABLE, "The generation has already ended: " + ended.status());
    }
    return Reply.refusal(Problem.Code.NOT_FOUND, GenerationResource.NO_SUCH);
  }
}
