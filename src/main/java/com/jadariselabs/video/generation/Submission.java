package com.jadariselabs.video.generation;

import java.time.Duration;
import java.util.List;

/** What became of a submission. */
public sealed interface Submission {

  /**
   * Charged and queued.
   *
   * @param position counts the jobs that will run before this one, plus one
   * @param waitSeconds the expected wait for the jobs ahead
   * @param remainingCredits the balance after the charge
   * @param cached whether it is completed already, with an earlier result, and free
   * @param replayed whether it is the stored answer of an earlier request with the same key
   */
  record Accepted(
      String generationId,
      String jobId,
      String model,
      int estimatedSeconds,
      int position,
      int waitSeconds,
      int creditsCharged,
      long remainingCredits,
      List<String> warnings,
      String traceId,
      boolean cached,
      boolean replayed)
      implements Submission {}

  /** The balance does not reach. */
  record OutOfCredits(int required, long available) implements Submission {}

  /** The rate limit is used up. */
  record TooFast(Duration retryAfter) implements Submission {}

  /** Too many jobs wait already. */
  record QueueFull(Duration retryAfter) implements Submission {}

  /** Moderation said no. */
  record Rejected() implements Submission {}

  /** Moderation does not answer, and nothing is accepted without it. */
  record Unjudged(Duration retryAfter) implements Submission {}

  /** Suspended by an admin, or the reputation is too low. */
  record Suspended() implements Submission {}

  /** The same key is being processed right now. */
  record KeyInProgress() implements Submission {}

  /** The key was used with another body. */
  record KeyMismatch() implements Submission {}
}
