package com.jadariselabs.video.generation;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * How a worker's turn ends: well, badly with the money back, or with another attempt to come. Every
 * statement presumes the worker's own lease; where it is lost, nothing is written.
 */
@RegisterRowMapper(Rows.OfGenerations.class)
interface EndDao {
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

  /** The generation, where it is completed with this video. */
  @SqlQuery("SELECT * FROM generations WHERE id = :id AND video_key = :videoKey")
  Optional<Generation> completedWith(@Bind("id") String id, @Bind("videoKey") String videoKey);
}
