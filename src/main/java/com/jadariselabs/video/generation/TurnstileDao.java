package com.jadariselabs.video.generation;

import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** The statements of {@link Turnstile}. */
interface TurnstileDao {

  /** A job that may be rung now. */
  record LetIn(String id, int priority) {}

  /**
   * Fills the user's share of the delivery queues with the oldest of those that wait outside. Of
   * two that do this at once, the second finds the first one's rows let in already. They stand in
   * line from now on: what they waited behind their own user's jobs gives them no precedence.
   */
  @SqlQuery(
      """
      WITH next AS MATERIALIZED (
        SELECT id FROM generations
         WHERE user_id = :userId AND status = 'queued' AND NOT delivered
         ORDER BY queued_at, id
         LIMIT GREATEST(0, :perUser - (
           SELECT count(*) FROM generations
            WHERE user_id = :userId AND status = 'queued' AND delivered))
           FOR UPDATE),
      entered AS (
        UPDATE generations g SET delivered = true, queued_at = now()
          FROM next WHERE g.id = next.id AND g.status = 'queued' AND NOT g.delivered
        RETURNING g.id, g.priority)
      SELECT id, priority FROM entered ORDER BY id""")
  @RegisterConstructorMapper(LetIn.class)
  List<LetIn> letIn(@Bind("userId") String userId, @Bind("perUser") int perUser);

  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT 1 FROM generations WHERE user_id = :userId AND status = 'queued' AND NOT delivered)""")
  boolean anyOutside(@Bind("userId") String userId);
}
