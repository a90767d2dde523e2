package com.jadariselabs.video.generation;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** What admins read and do; each effect writes its entry in the audit log itself. */
@RegisterRowMapper(Rows.OfGenerations.class)
interface OversightDao {

  /** Ids begin with the time, so that their order is that of the submissions. */
  @SqlQuery(
      """
      SELECT * FROM generations
       WHERE (CAST(:userId AS text) IS NULL OR user_id = :userId)
         AND (CAST(:status AS text) IS NULL OR status = :status) AND purged_at IS NULL
         AND (CAST(:before AS text) IS NULL OR id < :before)
       ORDER BY id DESC LIMIT :limit\
      """)
  List<Generation> list(
      @Bind("userId") @Nullable String userId,
      @Bind("status") @Nullable String status,
      @Bind("before") @Nullable String before,
      @Bind("limit") int limit);

  /** Charges and queues a failed one again; nothing is returned where either cannot be. */
  @SqlQuery(
      """
      WITH target AS (
        SELECT id, user_id, credits_charged FROM generations
         WHERE id = :id AND status = 'failed' AND purged_at IS NULL FOR UPDATE),
      charged AS (
        UPDATE accounts a SET balance = a.balance - t.credits_charged FROM target t
         WHERE a.user_id = t.user_id AND a.balance >= t.credits_charged
        RETURNING a.user_id, a.balance),
      again AS (
        UPDATE generations g
           SET status = 'queued', run = g.run + 1, attempts = 0, crashes = 0, stage = NULL,
               percent = 0, credits_refunded = 0, error_code = NULL, error_message = NULL,
               enhanced_prompt = NULL, retry_at = NULL, deadline_at = NULL, aged = false,
               delivered = true, queued_at = now(), started_at = NULL, completed_at = NULL,
               queue_position = :position, announced_position = :position, seq = g.seq + 1
          FROM target t JOIN charged c USING (user_id)
         WHERE g.id = t.id AND g.status = 'failed'
        RETURNING g.*),
      entry AS (
        INSERT INTO ledger (user_id, amount, kind, generation_id, run, balance_after)
        SELECT g.user_id, -g.credits_charged, 'charge', g.id, g.run, c.balance
          FROM again g JOIN charged c USING (user_id)),
      noted AS (
        INSERT INTO audit_log (actor, action, target, detail)
        SELECT :actor, 'generation.retry', id, 'run ' || run || ', charged ' || credits_charged
          FROM again)
      SELECT * FROM again\
      """)
  Optional<Generation> retry(
      @Bind("id") String id, @Bind("actor") String actor, @Bind("position") int position);

  @SqlQuery("SELECT * FROM generations WHERE id = :id AND purged_at IS NULL")
  Optional<Generation> find(@Bind("id") String id);

  @SqlQuery("SELECT balance FROM accounts WHERE user_id = :userId")
  long balance(@Bind("userId") String userId);
}
