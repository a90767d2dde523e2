package com.jadariselabs.video.generation;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Reading generations, and cancelling them. */
@RegisterRowMapper(Rows.OfGenerations.class)
@RegisterRowMapper(Rows.OfAttempts.class)
interface GenerationDao {

  /** A row of the waiting line. */
  record Waiting(String id, String userId, int priority, boolean delivered, boolean aged) {}

  /** How many generations are in each state. */
  record Count(String status, String plan, boolean delayed, long number) {}

  @SqlQuery("SELECT * FROM generations WHERE id = :id AND purged_at IS NULL")
  Optional<Generation> find(@Bind("id") String id);

  @SqlQuery("SELECT * FROM generations WHERE id = ANY(:ids) AND purged_at IS NULL")
  List<Generation> findAll(@Bind("ids") String[] ids);

  @SqlQuery(
      """
      SELECT * FROM generations
       WHERE user_id = :userId AND purged_at IS NULL
         AND (CAST(:status AS text) IS NULL OR status = :status)
         AND (created_at, id) < (CAST(:beforeTime AS timestamptz), :beforeId)
       ORDER BY created_at DESC, id DESC LIMIT :limit\
      """)
  List<Generation> list(
      @Bind("userId") String userId,
      @Bind("status") @Nullable String status,
      @Bind("beforeTime") String beforeTime,
      @Bind("beforeId") String beforeId,
      @Bind("limit") int limit);

  @SqlQuery(
      """
      SELECT * FROM generations
       WHERE user_id = :userId AND status IN ('queued', 'processing')
       ORDER BY created_at DESC LIMIT 1000\
      """)
  List<Generation> active(@Bind("userId") String userId);

  @SqlQuery(
      """
      SELECT * FROM attempts WHERE generation_id = :id ORDER BY run, attempt\
      """)
  List<Attempt> attempts(@Bind("id") String id);

  /** Cancels and refunds what was not rendered; empty where it had already ended. */
  default Optional<Generation> cancel(String id, String userId) {
    return cancel(id, userId, false);
  }

  /**
   * Cancels and refunds in one statement; nothing is returned where it had already ended.
   *
   * @param whole whether all is refunded, however much was rendered
   */
  @SqlQuery(
      """
      WITH target AS (
        SELECT id FROM generations
         WHERE id = :id AND user_id = :userId AND status IN ('queued', 'processing') FOR UPDATE),
      cancelled AS (
        UPDATE generations g
           SET status = 'cancelled', stage = NULL, completed_at = now(), retry_at = NULL,
               lease_token = NULL, lease_owner = NULL, lease_until = NULL,
               percent = CASE WHEN :whole THEN 0 ELSE g.percent END,
               credits_refunded = CASE WHEN :whole THEN g.credits_charged
                 ELSE g.credits_charged * (100 - g.percent) / 100 END, seq = g.seq + 1
          FROM target t WHERE g.id = t.id AND g.status IN ('queued', 'processing')
        RETURNING g.*),
      refunded AS (
        UPDATE accounts a SET balance = a.balance + c.credits_refunded FROM cancelled c
         WHERE a.user_id = c.user_id AND c.credits_refunded > 0
        RETURNING a.user_id, a.balance),
      entry AS (
        INSERT INTO ledger (user_id, amount, kind, generation_id, run, balance_after)
        SELECT c.user_id, c.credits_refunded, 'refund', c.id, c.run, r.balance
          FROM cancelled c JOIN refunded r USING (user_id))
      SELECT * FROM cancelled\
      """)
  Optional<Generation> cancel(
      @Bind("id") String id, @Bind("userId") String userId, @Bind("whole") boolean whole);

  /** The balance that the refund left, or where nothing was refunded the present one. */
  @SqlQuery(
      """
      SELECT coalesce(
        (SELECT balance_after FROM ledger
          WHERE generation_id = :id AND run = :run AND kind = 'refund'),
        (SELECT balance FROM accounts WHERE user_id = :userId))\
      """)
  long balanceAfterRefund(
      @Bind("id") String id, @Bind("run") int run, @Bind("userId") String userId);

  @SqlQuery(
      """
      SELECT id, user_id, priority, delivered, aged FROM generations
       WHERE status = 'queued' AND (retry_at IS NULL OR retry_at <= now())
       ORDER BY CASE WHEN aged THEN -1 ELSE priority END, queued_at, id LIMIT :limit\
      """)
  @RegisterConstructorMapper(Waiting.class)
  List<Waiting> line(@Bind("limit") int limit);

  /** Tells new positions; of several instances that see the same change, one row's winner tells. */
  @SqlQuery(
      """
      UPDATE generations g SET announced_position = p.place, seq = seq + 1
        FROM unnest(:ids, :places) AS p(id, place)
       WHERE g.id = p.id AND g.status = 'queued' AND g.announced_position IS DISTINCT FROM p.place
      RETURNING g.*\
      """)
  List<Generation> announce(@Bind("ids") String[] ids, @Bind("places") Integer[] places);

  @SqlQuery(
      """
      SELECT status, CASE WHEN status = 'queued' THEN plan ELSE '' END AS plan,
             coalesce(retry_at > now(), false) AS delayed, count(*) AS number
        FROM generations WHERE status IN ('queued', 'processing')
       GROUP BY 1, 2, 3\
      """)
  @RegisterConstructorMapper(Count.class)
  List<Count> liveCounts();

  @SqlQuery(
      """
      SELECT status, '' AS plan, false AS delayed, count(*) AS number
        FROM generations WHERE completed_at IS NOT NULL GROUP BY 1\
      """)
  @RegisterConstructorMapper(Count.class)
  List<Count> endedCounts();

  @SqlQuery("SELECT paused FROM queue_state")
  boolean paused();

  @SqlUpdate(
      """
      WITH switched AS (UPDATE queue_state SET paused = :paused)
      INSERT INTO audit_log (actor, action) VALUES (:actor, :action)\
      """)
  void setPaused(
      @Bind("paused") boolean paused, @Bind("actor") String actor, @Bind("action") String action);
}
