package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.generation.Transitions.Failure;
import com.jadariselabs.video.replicate.Prediction;
import com.jadariselabs.video.replicate.ReplicateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How steps end: on with it, later, another attempt, or failed. Thread-safe. */
final class Outcomes {
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(10);
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final double JITTER = 0.2;

  private final Transitions transitions;
  private final PipelineSettings settings;

  Outcomes(Transitions transitions, PipelineSettings settings) {
    this.transitions = transitions;
    this.settings = settings;
  }

  /** On with it, unless the write found that the lease is lost or the generation ended. */
  Next next(Work work, Optional<Generation> written, Duration in) {
    return written.<Next>map(g -> new Next.Again(work.with(g), in)).orElseGet(Next.Done::new);
  }

  /** The same step later; nothing is spent. */
  Next again(Work work, Duration in) {
    return new Next.Again(work.tried(), in);
  }

  /**
   * Spends the attempt.
   *
   * @param over whether nothing of it can still run at the provider
   */
  Next attemptFailed(Work work, String code, String message, boolean over) {
    Generation g = work.generation();
    if (g.attempts() >= settings.maxAttempts()) {
      return failed(work, code, message, over);
    }
    transitions.retry(
        g,
        backOff(settings.retryBase(), g.attempts(), LONGEST_RETRY),
        new Failure(code, message, over, figures(work)));
    return new Next.Done();
  }

  /** The model had its time; what still runs is stopped by who settles. */
  Next timedOut(Work work) {
    return attemptFailed(work, "timeout", "The rendering took longer than it is given.", false);
  }

  /** No further attempt would help: refunded. */
  Next failed(Work work, String code, String message, boolean over) {
    transitions.failed(work.generation(), new Failure(code, message, over, figures(work)));
    return new Next.Done();
  }

  /** What the provider says that it cost, as kept with the attempt. */
  static @Nullable String figures(Work work) {
    Prediction seen = work.prediction();
    return seen == null || seen.predictSeconds().isEmpty()
        ? null
        : "{\"predict_time\":" + seen.predictSeconds().getAsDouble() + "}";
  }

  /** How long to wait before asking the provider again. */
  Duration patience(Work work, ReplicateException refused) {
    return refused
        .retryAfter()
        .orElseGet(() -> backOff(settings.pollInterval(), work.tries() + 1, PATIENCE));
  }

  static Duration backOff(Duration base, int tries, Duration longest) {
    double factor = Math.pow(2, Math.min(tries - 1, 20));
    double jitter = 1 + ThreadLocalRandom.current().nextDouble(-JITTER, JITTER);
    return Duration.ofMillis(
        (long) Math.min((double) longest.toMillis(), base.toMillis() * factor * jitter));
  }

  /** What the provider's client said. */
  static ReplicateException provider(@Nullable Throwable failure) {
    return ReplicateException.of(
        failure == null ? new IllegalStateException("no answer") : failure);
  }
}
