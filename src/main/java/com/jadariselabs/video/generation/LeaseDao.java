package com.jadariselabs.video.generation;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Who works on which generation, and for how long. Where a statement presumes a lease that is lost,
 * nothing is written and nothing is returned.
 *
 * <p>What is written in a generation's life is spread over several small interfaces, since JDBI
 * makes all methods of an interface ready anew for each call of one.
 */
@RegisterRowMapper(Rows.OfGenerations.class)
interface LeaseDao {
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
