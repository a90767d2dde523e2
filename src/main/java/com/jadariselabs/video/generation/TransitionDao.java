package com.jadariselabs.video.generation;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * What a worker writes. Every statement presumes that the generation is still processing under the
 * worker's own lease token; where it is not, nothing is written and nothing is returned.
 */
@RegisterConstructorMapper(Generation.class)
@RegisterConstructorMapper(Attempt.class)
interface TransitionDao {
  /**
   * Takes a waiting generation, or one whose worker gave no sign of life; a worker that gave it
   * back in order (no token left) is not counted as dead.
   */
  @SqlQuery(
      """
      UPDATE generations
         SET status = 'processing',
             attempts = attempts + CASE WHEN status = 'queued' THEN 1 ELSE 0 END,
             crashes = crashes
               + CASE WHEN status = 'processing' AND lease_token IS NOT NULL THEN 1 ELSE 0 END,
             stage = CASE WHEN status = 'queued' THEN 'enhancing' ELSE stage END,
             lease_token = nextval('lease_tokens'), lease_owner = :workerId,
             lease_until = now() + make_interval(secs => :leaseSeconds),
             started_at = coalesce(started_at, now()), retry_at = NULL, seq = seq + 1
       WHERE id = :id
         AND CASE status
               WHEN 'queued' THEN (retry_at IS NULL OR retry_at <= now())
                 AND NOT (SELECT paused FROM queue_state)
               WHEN 'processing' THEN lease_until IS NULL OR lease_until < now()
               ELSE false END
      RETURNING *""")
  Optional<Generation> claim(
      @Bind("id") String id,
      @Bind("workerId") String workerId,
      @Bind("leaseSeconds") double leaseSeconds);

  /** The tokens whose leases still hold, now for so much longer. */
  @SqlQuery(
      """
      UPDATE generations g SET lease_until = now() + make_interval(secs => :leaseSeconds)
        FROM unnest(:ids, :tokens) AS held(id, token)
       WHERE g.id = held.id AND g.lease_token = held.token AND g.status = 'processing'
      RETURNING g.lease_token""")
  List<Long> renew(
      @Bind("ids") String[] ids,
      @Bind("tokens") Long[] tokens,
      @Bind("leaseSeconds") double leaseSeconds);

  @SqlUpdate(
      """
      UPDATE generations g SET lease_token = NULL, lease_owner = NULL, lease_until = NULL
        FROM unnest(:ids, :tokens) AS held(id, token)
       WHERE g.id = held.id AND g.lease_token = held.token AND g.status = 'processing'""")
  int giveBack(@Bind("ids") String[] ids, @Bind("tokens") Long[] tokens);

  @SqlQuery(
      """
      UPDATE generations SET image_key = :imageKey
       WHERE id = :id AND lease_token = :token AND status = 'processing'
      RETURNING *""")
  Optional<Generation> imageKept(
      @Bind("id") String id, @Bind("token") long token, @Bind("imageKey") String imageKey);

  @SqlQuery(
      """
      UPDATE generations
         SET enhanced_prompt = :enhancedPrompt, stage = 'generating', seq = seq + 1
       WHERE id = :id AND lease_token = :token AND status = 'processing'
      RETURNING *""")
  Optional<Generation> enhanced(
      @Bind("id") String id,
      @Bind("token") long token,
      @Bind("enhancedPrompt") String enhancedPrompt);

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
  @RegisterConstructorMapper(Transitions.Begun.class)
  Optional<Transitions.Begun> begin(
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

  @SqlQuery("SELECT prediction_id FROM attempts WHERE prediction_id = ANY(:ids)")
  List<String> knownPredictions(@Bind("ids") String[] ids);

  @SqlUpdate(
      """
      UPDATE attempts SET state = 'over', ended_at = coalesce(ended_at, now())
       WHERE generation_id = :id AND run = :run AND attempt = :attempt AND state <> 'over'""")
  int over(@Bind("id") String id, @Bind("run") int run, @Bind("attempt") int attempt);

  @SqlQuery(
      """
      SELECT a.* FROM attempts a JOIN generations g ON g.id = a.generation_id
       WHERE g.id = :id AND a.run = g.run AND a.attempt = g.attempts""")
  Optional<Attempt> presentAttempt(@Bind("id") String id);

  @SqlQuery(
      """
      SELECT * FROM attempts
       WHERE generation_id = :id AND run = :run AND attempt = :attempt""")
  Optional<Attempt> attempt(
      @Bind("id") String id, @Bind("run") int run, @Bind("attempt") int attempt);

  @SqlQuery("SELECT * FROM attempts WHERE prediction_id = :predictionId")
  Optional<Attempt> attemptOf(@Bind("predictionId") String predictionId);

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
  List<Attempt> orphans(@Bind("after") java.time.Instant after, @Bind("limit") int limit);

  @SqlQuery(
      """
      UPDATE generations SET percent = :percent, seq = seq + 1
       WHERE id = :id AND lease_token = :token AND status = 'processing' AND percent < :percent
      RETURNING *""")
  Optional<Generation> progressed(
      @Bind("id") String id, @Bind("token") long token, @Bind("percent") int percent);

  @SqlQuery(
      """
      UPDATE generations
         SET stage = 'uploading', percent = GREATEST(percent, :percent), seq = seq + 1
       WHERE id = :id AND lease_token = :token AND status = 'processing'
      RETURNING *""")
  Optional<Generation> uploading(
      @Bind("id") String id, @Bind("token") long token, @Bind("percent") int percent);

  @SqlQuery(
      """
      WITH done AS (
        UPDATE generations
           SET status = 'completed', stage = 'done', percent = 100, completed_at = now(),
               video_key = :videoKey, poster_key = :posterKey, deadline_at = NULL,
               error_code = NULL, error_message = NULL,
               lease_token = NULL, lease_owner = NULL, lease_until = NULL, seq = seq + 1
         WHERE id = :id AND lease_token = :token AND status = 'processing'
        RETURNING *),
      closed AS (
        UPDATE attempts a SET state = 'over', ended_at = now(), metrics = :metrics FROM done d
         WHERE a.generation_id = d.id AND a.run = d.run AND a.attempt = d.attempts)
      SELECT * FROM done""")
  Optional<Generation> completed(
      @Bind("id") String id,
      @Bind("token") long token,
      @Bind("videoKey") String videoKey,
      @Bind("posterKey") @Nullable String posterKey,
      @Bind("metrics") @Nullable String metrics);

  @SqlQuery(
      """
      WITH waits AS (
        UPDATE generations
           SET status = 'queued', stage = NULL, percent = 0, crashes = 0, deadline_at = NULL,
               retry_at = now() + make_interval(secs => :delaySeconds),
               announced_position = NULL, aged = false,
               lease_token = NULL, lease_owner = NULL, lease_until = NULL, seq = seq + 1
         WHERE id = :id AND lease_token = :token AND status = 'processing'
        RETURNING *),
      closed AS (
        UPDATE attempts a
           SET state = CASE WHEN :over THEN 'over' ELSE a.state END, ended_at = now(),
               error_code = :code, error_message = :message, metrics = :metrics
          FROM waits w
         WHERE a.generation_id = w.id AND a.run = w.run AND a.attempt = w.attempts)
      SELECT * FROM waits""")
  Optional<Generation> retry(
      @Bind("id") String id,
      @Bind("token") long token,
      @Bind("delaySeconds") double delaySeconds,
      @Bind("code") String code,
      @Bind("message") String message,
      @Bind("over") boolean over,
      @Bind("metrics") @Nullable String metrics);

  @SqlQuery(
      """
      WITH failed AS (
        UPDATE generations
           SET status = 'failed', stage = NULL, completed_at = now(), deadline_at = NULL,
               credits_refunded = credits_charged, error_code = :code, error_message = :message,
               lease_token = NULL, lease_owner = NULL, lease_until = NULL, seq = seq + 1
         WHERE id = :id AND lease_token = :token AND status = 'processing'
        RETURNING *),
      refunded AS (
        UPDATE accounts a SET balance = a.balance + f.credits_charged FROM failed f
         WHERE a.user_id = f.user_id
        RETURNING a.user_id, a.balance),
      entry AS (
        INSERT INTO ledger (user_id, amount, kind, generation_id, run, balance_after)
        SELECT f.user_id, f.credits_charged, 'refund', f.id, f.run, r.balance
          FROM failed f JOIN refunded r USING (user_id)),
      closed AS (
        UPDATE attempts a
           SET state = CASE WHEN :over THEN 'over' ELSE a.state END, ended_at = now(),
               error_code = :code, error_message = :message, metrics = :metrics
          FROM failed f
         WHERE a.generation_id = f.id AND a.run = f.run AND a.attempt = f.attempts)
      SELECT * FROM failed""")
  Optional<Generation> failed(
      @Bind("id") String id,
      @Bind("token") long token,
      @Bind("code") String code,
      @Bind("message") String message,
      @Bind("over") boolean over,
      @Bind("metrics") @Nullable String metrics);

  /** Whether the generation is completed with this video. */
  @SqlQuery("SELECT EXISTS (SELECT 1 FROM generations WHERE id = :id AND video_key = :videoKey)")
  boolean keeps(@Bind("id") String id, @Bind("videoKey") String videoKey);

  /** Processing, but nobody's any more. */
  @SqlQuery(
      """
      SELECT * FROM generations
       WHERE status = 'processing' AND (lease_until IS NULL OR lease_until < now())
       ORDER BY lease_until NULLS FIRST LIMIT :limit""")
  List<Generation> abandoned(@Bind("limit") int limit);

  /** Stood in line beyond the limit: from now on before their plan's turn. */
  @SqlQuery(
      """
      UPDATE generations SET aged = true
       WHERE id IN (SELECT id FROM generations
                     WHERE status = 'queued' AND NOT aged
                       AND delivered AND coalesce(retry_at, queued_at)
                             < now() - make_interval(secs => :seconds)
                     ORDER BY queued_at LIMIT :limit)
      RETURNING *""")
  List<Generation> aged(@Bind("seconds") double seconds, @Bind("limit") int limit);
}
