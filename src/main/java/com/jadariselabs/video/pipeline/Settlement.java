package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Attempts;
import com.jadariselabs.video.generation.LogFields;
import com.jadariselabs.video.replicate.Prediction;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.ReplicateException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that nothing runs at the provider that nobody waits for: cancels predictions of
 * attempts that were cancelled, timed out or lost, and looks for those whose id never arrived.
 * Thread-safe.
 */
final class Settlement {
  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  /** A create that is still on its way saves and settles its prediction itself. */
  private static final Duration MAY_STILL_ARRIVE = Duration.ofSeconds(10);

  /** By then an unseen prediction was never made, or its Cancel-After has long ended it. */
  private static final Duration GIVEN_UP_AFTER = Duration.ofHours(2);

  private static final Duration LOOKED_FOR = Duration.ofMinutes(5);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private final Attempts attempts;
  private final Orphans orphans;
  private final Replicate replicate;
  private final Clock clock;
  private final Executor executor;
  private final Set<Attempt> underWay = ConcurrentHashMap.newKeySet();
  private final Map<Attempt, Instant> lookAgain = new ConcurrentHashMap<>();

  Settlement(
      Attempts attempts, Orphans orphans, Replicate replicate, Clock clock, Executor executor) {
    this.attempts = attempts;
    this.orphans = orphans;
    this.replicate = replicate;
    this.clock = clock;
    this.executor = executor;
  }

  /** Settles what the generation left behind, in the background. */
  void settle(String generationId) {
    try {
      executor.execute(
          () -> {
            try (var fields = LogFields.of(generationId)) {
              attempts.orphans(generationId).forEach(this::settle);
            } catch (RuntimeException e) {
              LOG.warn("left to the sweep: {}", e.getClass().getSimpleName());
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("left to the sweep");
    }
  }

  /** Settles one attempt that nobody works on any more. */
  void settle(Attempt attempt) {
    if (!underWay.add(attempt)) {
      return;
    }
    String id = attempt.predictionId();
    if (id != null) {
      cancel(attempt, id);
    } else if (age(attempt).compareTo(MAY_STILL_ARRIVE) > 0 && due(attempt)) {
      lookFor(attempt);
    } else {
      underWay.remove(attempt);
    }
  }

  /** The list is long: each attempt is looked for every few seconds, however often it is swept. */
  private boolean due(Attempt attempt) {
    Instant now = clock.instant();
    lookAgain.values().removeIf(at -> at.isBefore(now.minus(LOOKED_FOR)));
    Instant at = lookAgain.get(attempt);
    if (at != null && at.isAfter(now)) {
      return false;
    }
    lookAgain.put(attempt, now.plus(LOOK_AGAIN));
    return true;
  }

  private void cancel(Attempt attempt, String predictionId) {
    replicate
        .cancel(predictionId)
        .whenCompleteAsync(
            (prediction, failure) -> {
              try {
                if (stopped(prediction, failure) || age(attempt).compareTo(GIVEN_UP_AFTER) > 0) {
                  attempts.over(attempt);
                }
              } finally {
                underWay.remove(attempt);
              }
            },
            executor);
  }

  private void lookFor(Attempt attempt) {
    orphans
        .since(attempt)
        .whenCompleteAsync(
            (predictions, failure) -> {
              try (var fields = LogFields.of(attempt.generationId())) {
                found(attempt, predictions);
              } finally {
                underWay.remove(attempt);
              }
            },
            executor);
  }

  private void found(Attempt attempt, @Nullable List<Prediction> predictions) {
    if (predictions == null || attempts.rivalled(attempt)) {
      return;
    }
    Optional<Prediction> orphan = orphans.of(attempt, predictions);
    if (orphan.isPresent()) {
      if (attempts.predictionKnown(attempt, orphan.get().id())) {
        LOG.info("an orphan at the provider was found, and is cancelled");
        replicate.cancel(orphan.get().id());
      }
    } else if (age(attempt).compareTo(LOOKED_FOR) > 0) {
      attempts.over(attempt);
    }
  }

  private static boolean stopped(@Nullable Prediction prediction, @Nullable Throwable failure) {
    return prediction != null
        ? prediction.status().terminal()
        : failure != null && Outcomes.provider(failure).kind() == ReplicateException.Kind.NOT_FOUND;
  }

  private Duration age(Attempt attempt) {
    Instant now = clock.instant();
    return Duration.between(attempt.startedAt(), now);
  }
}
