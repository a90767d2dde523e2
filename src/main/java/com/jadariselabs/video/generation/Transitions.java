package com.jadariselabs.video.generation;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a generation under a lease: each one statement that presumes the lease, and its
 * event after the commit. An empty result says that the lease is lost, or the generation has ended:
 * then nothing was written. Thread-safe.
 */
public final class Transitions {
  private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);
  private static final String UNIQUE_VIOLATION = "23505";

  private final LeaseDao leases;
  private final StepDao steps;
  private final AttemptDao attempts;
  private final EndDao ends;
  private final Announcer announcer;
  private final GenerationMetrics metrics;
  private final Turnstile turnstile;
  private final Pace pace;
  private final Clock clock;

  Transitions(
      Jdbi jdbi,
      Announcer announcer,
      GenerationMetrics metrics,
      Turnstile turnstile,
      Pace pace,
      Clock clock) {
    this.leases = jdbi.onDemand(LeaseDao.class);
    this.steps = jdbi.onDemand(StepDao.class);
    this.attempts = jdbi.onDemand(AttemptDao.class);
    this.ends = jdbi.onDemand(EndDao.class);
    this.announcer = announcer;
    this.metrics = metrics;
    this.turnstile = turnstile;
    this.pace = pace;
    this.clock = clock;
  }

  /** Takes it for this worker: a waiting one, or one whose worker gave no sign of life. */
  public Optional<Generation> claim(String id, String workerId, Duration lease) {
    Optional<Generation> claimed = leases.claim(id, workerId, seconds(lease));
    claimed.ifPresent(
        g -> {
          try (var fields = LogFields.of(g)) {
            announcer.started(g);
            LOG.info("started attempt {} on {}", g.attempts(), workerId);
            metrics.started(g);
            turnstile.left(g.userId());
          }
        });
    return claimed;
  }

  /** Prolongs the leases (token by generation id) and returns the tokens that still hold. */
  public Set<Long> renew(Map<String, Long> held, Duration lease) {
    String[] ids = held.keySet().toArray(String[]::new);
    Long[] tokens = new Long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = held.get(ids[i]);
    }
    return new HashSet<>(leases.renew(ids, tokens, seconds(lease)));
  }

  /** Gives leases back without spending an attempt: somebody else may go on at once. */
  public void giveBack(Map<String, Long> held) {
    String[] ids = held.keySet().toArray(String[]::new);
    Long[] tokens = new Long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = held.get(ids[i]);
    }
    leases.giveBack(ids, tokens);
  }

  /** The start image is in the storage. */
  public Optional<Generation> imageKept(Generation g, String imageKey) {
    return steps.imageKept(g.id(), token(g), imageKey);
  }

  /** The prompt is enhanced; the model comes next. */
  public Optional<Generation> enhanced(Generation g, String enhancedPrompt) {
    return told(steps.enhanced(g.id(), token(g), enhancedPrompt), false);
  }

  /** An attempt that is on record, before its prediction is asked for. */
  public record Begun(@Nested Generation generation, @Nested("a") Attempt attempt, boolean fresh) {}

  /**
   * Records the attempt, with its input, before its prediction is asked for. One that is on record
   * already keeps its input; then it is not {@code fresh}, and may have a prediction.
   *
   * @param restart whether it is known that nothing was made, so that its time begins now
   */
  public Optional<Begun> begin(Generation g, String input, Duration timeout, boolean restart) {
    return attempts.begin(g.id(), token(g), input, seconds(timeout), restart);
  }

  /** Which of these predictions belong to attempts already. */
  public Set<String> knownPredictions(Collection<String> predictionIds) {
    return new HashSet<>(attempts.knownPredictions(predictionIds.toArray(String[]::new)));
  }

  /** The attempt that is under way, if it was begun. */
  public Optional<Attempt> presentAttempt(Generation g) {
    return attempts.presentAttempt(g.id());
  }

  /** As {@link #presentAttempt}, empty too where the lease is lost or the generation has ended. */
  public Optional<Attempt> heldAttempt(Generation g) {
    return attempts.heldAttempt(g.id(), token(g));
  }

  /** The attempt of this number. */
  public Optional<Attempt> attempt(String generationId, int run, int attempt) {
    return attempts.attempt(generationId, run, attempt);
  }

  /** The attempt that this prediction belongs to. */
  public Optional<Attempt> attemptOf(String predictionId) {
    return attempts.attemptOf(predictionId);
  }

  /**
   * Saves the prediction of an attempt, whoever holds the lease.
   *
   * @return false when that attempt already has one, or is over, or the prediction is another's
   */
  public boolean predictionKnown(Attempt attempt, String predictionId) {
    try {
      return attempts.predictionKnown(
              attempt.generationId(), attempt.run(), attempt.attempt(), predictionId)
          == 1;
    } catch (UnableToExecuteStatementException e) {
      if (e.getCause() instanceof SQLException cause
          && UNIQUE_VIOLATION.equals(cause.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Whether another attempt of the very same input is just being asked for: a prediction of that
   * input may then be its own.
   */
  public boolean rivalled(Attempt attempt) {
    return attempts.rivalled(
        attempt.input(), attempt.generationId(), attempt.run(), attempt.attempt());
  }

  /**
   * Whether the generation is completed with this video after all, though the answer to the writing
   * was lost: then nobody has been told yet, and all are now.
   */
  public boolean completedAfterAll(String id, String videoKey) {
    return ended(ends.completedWith(id, videoKey)).isPresent();
  }

  /** Whether the database was the cause of a failure, and so nobody's step. */
  public static boolean databaseFailed(@Nullable Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof JdbiException || at instanceof SQLException) {
        return true;
      }
    }
    return false;
  }

  /** The generation's attempts that nobody works on any more but that may still run. */
  public List<Attempt> orphans(String generationId) {
    return attempts.orphansOf(generationId);
  }

  /** Attempts begun after this that nobody works on any more but that may still run. */
  public List<Attempt> orphans(Instant after, int limit) {
    return attempts.orphans(after, limit);
  }

  /** Nothing of this attempt runs at the provider any more. */
  public void over(Attempt attempt) {
    attempts.over(attempt.generationId(), attempt.run(), attempt.attempt());
  }

  /** Moves the percentage forward; a smaller or equal one changes nothing and is no loss. */
  public Optional<Generation> progressed(Generation g, int percent, boolean estimated) {
    if (percent <= g.percent()) {
      return Optional.of(g);
    }
    return told(steps.progressed(g.id(), token(g), percent), estimated);
  }

  /** The model is done; its output is being kept. */
  public Optional<Generation> uploading(Generation g, int percent) {
    return told(steps.uploading(g.id(), token(g), percent), false);
  }

  /** Ended well. */
  public Optional<Generation> completed(
      Generation g, String videoKey, @Nullable String posterKey, @Nullable String figures) {
    return ended(ends.completed(g.id(), token(g), videoKey, posterKey, figures));
  }

  /**
   * How an attempt failed.
   *
   * @param message for the user
   * @param over whether nothing of it can still run at the provider
   * @param figures the provider's, in JSON, where it gave any
   */
  public record Failure(String code, String message, boolean over, @Nullable String figures) {}

  /** Ended badly: everything is refunded. */
  public Optional<Generation> failed(Generation g, Failure failure) {
    return ended(
        ends.failed(
            g.id(),
            token(g),
            failure.code(),
            failure.message(),
            failure.over(),
            failure.figures()));
  }

  /** Waits for another attempt. */
  public Optional<Generation> retry(Generation g, Duration delay, Failure failure) {
    Optional<Generation> waits =
        ends.retry(
            g.id(),
            token(g),
            seconds(delay),
            failure.code(),
            failure.message(),
            failure.over(),
            failure.figures());
    waits.ifPresent(
        row -> {
          try (var fields = LogFields.of(row)) {
            LOG.info(
                "attempt {} failed ({}), another in {} ms",
                row.attempts(),
                failure.code(),
                delay.toMillis());
            metrics.ended(row);
            announcer.retrying(row, failure.code(), failure.message(), delay);
          }
        });
    return waits;
  }

  /** Processing, but nobody's any more. */
  public List<Generation> abandoned(int limit) {
    return leases.abandoned(limit);
  }

  /** Marks those that have waited too long, and returns them. */
  public List<Generation> aged(Duration wait, int limit) {
    return leases.aged(seconds(wait), limit);
  }

  private Optional<Generation> told(Optional<Generation> written, boolean estimated) {
    written.ifPresent(g -> announcer.progressed(g, estimated));
    return written;
  }

  private Optional<Generation> ended(Optional<Generation> written) {
    written.ifPresent(
        g -> {
          try (var fields = LogFields.of(g)) {
            LOG.info("{}{}", g.status(), g.errorCode() == null ? "" : " (" + g.errorCode() + ")");
            metrics.ended(g);
            Instant started = g.startedAt();
            if (started != null) {
              pace.took(Duration.between(started, clock.instant()).toMillis());
            }
            announcer.ended(g);
          }
        });
    return written;
  }

  private static long token(Generation g) {
    Long token = g.leaseToken();
    if (token == null) {
      throw new IllegalStateException("no lease is held");
    }
    return token;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
