package com.jadariselabs.video.generation;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * What was asked of the provider, generation by generation: written down before it is asked for, so
 * that nothing is asked for twice and nothing is left running. No event tells of it. Thread-safe.
 */
public final class Attempts {
  private static final String UNIQUE_VIOLATION = "23505";

  private final AttemptDao dao;

  Attempts(Jdbi jdbi) {
    this.dao = jdbi.onDemand(AttemptDao.class);
  }

  /** An attempt that is on record, before its prediction is asked for. */
  public record Begun(@Nested Generation generation, @Nested("a") Attempt attempt, boolean fresh) {}

  /**
   * Records the attempt, with its input, before its prediction is asked for. One that is on record
   * already keeps its input; then it is not {@code fresh}, and may have a prediction.
   *
   * @param restart whether it is known that nothing was made, so that its time begins now
   * @return empty where the lease is lost or the generation has ended: then nothing was written
   */
  public Optional<Begun> begin(Generation g, String input, Duration timeout, boolean restart) {
    return dao.begin(g.id(), g.token(), input, timeout.toMillis() / 1000.0, restart);
  }

  /** Which of these predictions belong to attempts already. */
  public Set<String> knownPredictions(Collection<String> predictionIds) {
    return new HashSet<>(dao.knownPredictions(predictionIds.toArray(String[]::new)));
  }

  /** The attempt that is under way, if it was begun. */
  public Optional<Attempt> present(Generation g) {
    return dao.presentAttempt(g.id());
  }

  /** As {@link #present}, empty too where the lease is lost or the generation has ended. */
  public Optional<Attempt> held(Generation g) {
    return dao.heldAttempt(g.id(), g.token());
  }

  /** The attempt of this number. */
  public Optional<Attempt> find(String generationId, int run, int attempt) {
    return dao.attempt(generationId, run, attempt);
  }

  /** The attempt that this prediction belongs to. */
  public Optional<Attempt> of(String predictionId) {
    return dao.attemptOf(predictionId);
  }

  /**
   * Saves the prediction of an attempt, whoever holds the lease.
   *
   * @return false when that attempt already has one, or is over, or the prediction is another's
   */
  public boolean predictionKnown(Attempt attempt, String predictionId) {
    try {
      return dao.predictionKnown(
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
    return dao.rivalled(attempt.input(), attempt.generationId(), attempt.run(), attempt.attempt());
  }

  /** The generation's attempts that nobody works on any more but that may still run. */
  public List<Attempt> orphans(String generationId) {
    return dao.orphansOf(generationId);
  }

  /** Attempts begun after this that nobody works on any more but that may still run. */
  public List<Attempt> orphans(Instant after, int limit) {
    return dao.orphans(after, limit);
  }

  /** Nothing of this attempt runs at the provider any more. */
  public void over(Attempt attempt) {
    dao.over(attempt.generationId(), attempt.run(), attempt.attempt());
  }
}
