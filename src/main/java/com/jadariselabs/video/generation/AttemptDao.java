package com.jadariselabs.video.generation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The attempts of a generation: what was asked of the provider, and what is known of it. */
@RegisterRowMapper(Rows.OfAttempts.class)
interface AttemptDao {
  /** Records the attempt before its prediction is asked for, and from when it is too late. */
  @SqlQuery(
      """
      WITH held AS (
        UPDATE generations
           SET deadline_at = now() + make_interval(secs => :timeoutSeconds)
         WHERE id = :id AND lease_token = :token AND status = 'processing'
        RETURNING *),
      begun AS (
        INSERT INTO attempts (generation_id, run, attempt, input)
        SELECT id, run, attempts, :input FROM held
        ON CONFLICT (generation_id, run, attempt) DO UPDATE
           SET started_at = CASE WHEN :restart THEN now() ELSE attempts.started_at END
        RETURNING *, xmax = 0 AS fresh)
      SELECT h.*, b.fresh,
             b.generation_id AS a_generation_id, b.run AS a_run, b.attempt AS a_attempt,
             b.state AS a_state, b.input AS a_input, b.prediction_id AS a_prediction_id,
             b.started_at AS a_started_at, b.ended_at AS a_ended_at,
             b.error_code AS a_error_code, b.error_message AS a_error_message,
             b.metrics AS a_metrics
        FROM held h, begun b""")
  @RegisterRowMapper(Rows.OfBegun.class)
  Optional<Attempts.Begun> begin(
      @Bind("id") String id,
      @Bind("token") long token,
      @Bind("input") String input,
      @Bind("timeoutSeconds") double timeoutSeconds,
      @Bind("restart") boolean restart);

  /** A fact, not a decision: saved whoever holds the lease. No prediction is two attempts'. */
  @SqlUpdate(
      """
      UPDATE attempts SET prediction_id = :predictionId, state = 'running'
       WHERE generation_id = :id AND run = :run AND attempt = :attempt
         AND state = 'creating' AND prediction_id IS NULL
         AND NOT EXISTS (SELECT 1 FROM attempts o WHERE o.prediction_id = :predictionId)""")
  int predictionKnown(
      @Bind("id") String id,
      @Bind("run") int run,
      @Bind("attempt") int attempt,
      @Bind("predictionId") String predictionId);

  /** The attempt that is under way, for the holder of the lease alone. */
  @SqlQuery(
      """
      SELECT a.* FROM attempts a JOIN generations g ON g.id = a.generation_id
       WHERE g.id = :id AND g.lease_token = :token AND g.status = 'processing'
         AND a.run = g.run AND a.attempt = g.attempts""")
  Optional<Attempt> heldAttempt(@Bind("id") String id, @Bind("token") long token);

  @SqlQuery(
      """
      SELECT a.* FROM attempts a JOIN generations g ON g.id = a.generation_id
       WHERE g.id = :id AND a.run = g.run AND a.attempt = g.attempts""")
  Optional<Attempt> presentAttempt(@Bind("id") String id);

  /** Whether another attempt of the very same input is just being asked for. */
  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT 1 FROM attempts a JOIN generations g ON g.id = a.generation_id
         WHERE a.state = 'creating' AND a.input = :input AND g.status = 'processing'
           AND a.run = g.run AND a.attempt = g.attempts
           AND (a.generation_id, a.run, a.attempt) <> (:id, :run, :attempt))""")
  boolean rivalled(
      @Bind("input") @Nullable String input,
      @Bind("id") String id,
      @Bind("run") int run,
      @Bind("attempt") int attempt);

  @SqlQuery(
      """
      SELECT * FROM attempts
       WHERE generation_id = :id AND run = :run AND attempt = :attempt""")
  Optional<Attempt> attempt(
      @Bind("id") String id, @Bind("run") int run, @Bind("attempt") int attempt);

  @SqlQuery("SELECT * FROM attempts WHERE prediction_id = :predictionId")
  Optional<Attempt> attemptOf(@Bind("predictionId") String predictionId);

  @SqlQuery("SELECT prediction_id FROM attempts WHERE prediction_id = ANY(:ids)")
  List<String> knownPredictions(@Bind("ids") String[] ids);

  @SqlQuery(
      """
      SELECT a.* FROM attempts a JOIN generations g ON g.id = a.generation_id
       WHERE g.id = :id AND a.state <> 'over'
         AND (g.status <> 'processing' OR (a.run, a.attempt) <> (g.run, g.attempts))""")
  List<Attempt> orphansOf(@Bind("id") String id);

  /** Attempts that nobody works on any more and that may still run at the provider. */
  @SqlQuery(
      """
      SELECT a.* FROM attempts a JOIN generations g ON g.id = a.generation_id
       WHERE a.state <> 'over' AND a.started_at > :after
         AND (g.status <> 'processing' OR (a.run, a.attempt) <> (g.run, g.attempts))
       ORDER BY a.started_at LIMIT :limit""")
  List<Attempt> orphans(@Bind("after") Instant after, @Bind("limit") int limit);

  @SqlUpdate(
      """
      UPDATE attempts SET state = 'over', ended_at = coalesce(ended_at, now())
       WHERE generation_id = :id AND run = :run AND attempt = :attempt AND state <> 'over'""")
  int over(@Bind("id") String id, @Bind("run") int run, @Bind("attempt") int attempt);
}
