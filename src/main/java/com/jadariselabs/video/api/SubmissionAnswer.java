package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.generation.Submission;
import com.jadariselabs.video.generation.Submission.Accepted;
import com.jadariselabs.video.generation.Submission.OutOfCredits;
import com.jadariselabs.video.generation.Submission.QueueFull;
import com.jadariselabs.video.generation.Submission.TooFast;
import com.jadariselabs.video.generation.Submissions.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a submission that was accepted (202).
 *
 * @param cached true where it is completed already, with an earlier result; else left out
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record SubmissionAnswer(
    boolean success,
    String generationId,
    String jobId,
    String status,
    int estimatedTimeSeconds,
    int queuePosition,
    int estimatedWaitSeconds,
    String modelUsed,
    int creditsCharged,
    long remainingCredits,
    List<String> warnings,
    String traceId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean cached) {

  /** The reply to any outcome: the one place where a submission's refusals become problems. */
  static Reply reply(Outcome outcome) {
    Reply reply = reply(outcome.submission());
    return outcome.limits() == null ? reply : reply.with(outcome.limits().headers());
  }

  private static Reply reply(Submission submission) {
    if (submission instanceof Accepted accepted) {
      return accepted(accepted);
    }
    if (submission instanceof OutOfCredits little) {
      return Reply.refusal(
          Problem.of(
                  Problem.Code.INSUFFICIENT_CREDITS,
                  little.required()
                      + " credits are needed, "
                      + little.available()
                      + " are available.")
              .with("required", little.required())
              .with("available", little.available()));
    }
    if (submission instanceof TooFast fast) {
      return Reply.refusal(
              Problem.Code.RATE_LIMITED,
              "Too many requests: the next one is welcome in " + seconds(fast.retryAfter()) + " s.")
          .with("Retry-After", seconds(fast.retryAfter()));
    }
    if (submission instanceof QueueFull full) {
      return Reply.refusal(
              Problem.Code.QUEUE_FULL, "Too many jobs are waiting. Please try again later.")
          .with("Retry-After", seconds(full.retryAfter()));
    }
    return refused(submission);
  }

  private static Reply refused(Submission submission) {
    if (submission instanceof Submission.Rejected) {
      return Reply.refusal(
          Problem.Code.CONTENT_REJECTED, "The prompt asks for something that is not allowed.");
    }
    if (submission instanceof Submission.Unjudged unjudged) {
      return Reply.refusal(
              Problem.Code.UNAVAILABLE,
              "Prompts cannot be checked right now; nothing was charged. Please try again.")
          .with("Retry-After", seconds(unjudged.retryAfter()));
    }
    if (submission instanceof Submission.Suspended) {
      return Reply.refusal(Problem.Code.ACCOUNT_SUSPENDED, "The account may not submit any more.");
    }
    if (submission instanceof Submission.KeyInProgress) {
      return Reply.refusal(
          Problem.Code.IDEMPOTENCY_IN_PROGRESS,
          "A request with this Idempotency-Key is being processed right now.");
    }
    return Reply.refusal(
        Problem.Code.IDEMPOTENCY_MISMATCH,
        "This Idempotency-Key was used with another request body.");
  }

  private static Reply accepted(Accepted accepted) {
    Reply reply =
        Reply.of(
                202,
                new SubmissionAnswer(
                    true,
                    accepted.generationId(),
                    accepted.jobId(),
                    accepted.cached() ? "completed" : "queued",
                    accepted.estimatedSeconds(),
                    accepted.position(),
                    accepted.waitSeconds(),
                    accepted.model(),
                    accepted.creditsCharged(),
                    accepted.remainingCredits(),
                    accepted.warnings(),
                    accepted.traceId(),
                    accepted.cached() ? true : null))
            .with("Location", "/api/generate/video?generation_id=" + accepted.generationId());
    return accepted.replayed() ? reply.with("Idempotency-Replayed", "true") : reply;
  }

  private static String seconds(java.time.Duration duration) {
    return Long.toString(Math.max(1, duration.toSeconds()));
  }
}
