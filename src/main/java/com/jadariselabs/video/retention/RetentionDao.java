package com.jadariselabs.video.retention;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements that take away; each in small batches that skip what another instance holds. */
interface RetentionDao {

  /** Rows let go of media whose time is over; returns their ids. */
  @SqlQuery(
      """
      WITH due AS (
        SELECT id, video_key, poster_key, image_key FROM generations
         WHERE video_key IS NOT NULL AND completed_at < now() - make_interval(days => :days)
         ORDER BY completed_at LIMIT :limit FOR UPDATE SKIP LOCKED),
      marked AS (
        UPDATE generations g SET media_removed_at = now(), video_key = NULL, poster_key = NULL, image_key = NULL
          FROM due d WHERE g.id = d.id),
      files AS (
        INSERT INTO media_removals (key)
        SELECT k FROM due, unnest(ARRAY[video_key, poster_key, image_key]) AS k WHERE k IS NOT NULL
        ON CONFLICT DO NOTHING)
      SELECT id FROM due\
      """)
  List<String> releaseMedia(@Bind("days") int days, @Bind("limit") int limit);

  /**
   * Rows whose time is over, unless something of them may still run at the provider; returns their
   * ids. The states are named for the index that begins with them.
   */
  @SqlQuery(
      """
      WITH due AS (
        SELECT id, video_key, poster_key, image_key FROM generations g
         WHERE status IN ('completed', 'failed', 'cancelled')
           AND completed_at < now() - make_interval(days => :days)
           AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.generation_id = g.id AND a.state <> 'over')
         LIMIT :limit FOR UPDATE SKIP LOCKED),
      files AS (
        INSERT INTO media_removals (key)
        SELECT k FROM due, unnest(ARRAY[video_key, poster_key, image_key]) AS k WHERE k IS NOT NULL
        ON CONFLICT DO NOTHING),
      hooks AS (DELETE FROM webhook_deliveries w USING due d WHERE w.generation_id = d.id),
      gone AS (DELETE FROM generations g USING due d WHERE g.id = d.id RETURNING g.id)
      SELECT id FROM gone\
      """)
  List<String> deleteOld(@Bind("days") int days, @Bind("limit") int limit);

  /** What its owner purged; nothing is returned where it has not ended, or is not the owner's. */
  @SqlQuery(
      """
      WITH target AS (
        SELECT id, user_id, status, credits_refunded, video_key, poster_key, image_key FROM generations
         WHERE id = :id AND user_id = :userId AND completed_at IS NOT NULL AND purged_at IS NULL
           FOR UPDATE),
      purged AS (
        UPDATE generations g
           SET purged_at = now(), media_removed_at = coalesce(g.media_removed_at, now()),
               prompt = '', negative_prompt = NULL, enhanced_prompt = NULL, image_url = NULL,
               webhook_url = NULL, warnings = '[]', error_message = NULL,
               video_key = NULL, poster_key = NULL, image_key = NULL
          FROM target t WHERE g.id = t.id),
      files AS (
        INSERT INTO media_removals (key)
        SELECT k FROM target, unnest(ARRAY[video_key, poster_key, image_key]) AS k WHERE k IS NOT NULL
        ON CONFLICT DO NOTHING),
      keys AS (
        DELETE FROM idempotency_keys i USING target t
         WHERE i.user_id = t.user_id AND i.generation_id = t.id),
      hooks AS (DELETE FROM webhook_deliveries w USING target t WHERE w.generation_id = t.id)
      SELECT t.status, t.credits_refunded AS refunded, a.balance AS remaining
        FROM target t JOIN accounts a USING (user_id)\
      """)
  @RegisterConstructorMapper(Purged.class)
  Optional<Purged> purge(@Bind("id") String id, @Bind("userId") String userId);

  /** Purged rows of which nothing runs at the provider any more. */
  @SqlQuery(
      """
      WITH due AS (
        SELECT id FROM generations g
         WHERE purged_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.generation_id = g.id AND a.state <> 'over')
         ORDER BY purged_at LIMIT :limit FOR UPDATE SKIP LOCKED),
      gone AS (DELETE FROM generations g USING due d WHERE g.id = d.id RETURNING g.id)
      SELECT count(*) FROM gone\
      """)
  int deletePurged(@Bind("limit") int limit);

  /** Takes files to be removed; they are due again later, in case that this process dies. */
  @SqlQuery(
      """
      UPDATE media_removals m
         SET tries = least(m.tries + 1, 20),
             due_at = now() + make_interval(mins => (2 ^ least(m.tries + 1, 8))::int)
       WHERE m.key IN (SELECT key FROM media_removals WHERE due_at <= now()
                        ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED)
      RETURNING m.key\
      """)
  List<String> claimFiles(@Bind("limit") int limit);

  /** Whether a row shows this file: two generations may share one. */
  @SqlQuery(
      """
      SELECT EXISTS (SELECT 1 FROM generations WHERE video_key = :key)
          OR EXISTS (SELECT 1 FROM generations WHERE poster_key = :key)\
      """)
  boolean shown(@Bind("key") String key);

  @SqlUpdate("DELETE FROM media_removals WHERE key = :key")
  void fileGone(@Bind("key") String key);

  /** Moves the time of a chore; true for the one instance that is to do it. */
  @SqlUpdate(
      """
      UPDATE chores SET done_at = now()
       WHERE name = :name AND done_at < now() - make_interval(hours => :hours)\
      """)
  boolean takeChore(@Bind("name") String name, @Bind("hours") int hours);

  /**
   * Of files that are old, those that no row shows and that nobody can be writing: their generation
   * is gone, or has ended as long ago. What a removal is under way for is left to it.
   */
  @SqlUpdate(
      """
      INSERT INTO media_removals (key)
      SELECT f.key FROM unnest(:keys, :ids) AS f(key, id)
       WHERE NOT EXISTS (SELECT 1 FROM generations g WHERE g.id = f.id
                          AND (g.completed_at IS NULL
                               OR g.completed_at > now() - make_interval(hours => :hours)))
         AND NOT EXISTS (SELECT 1 FROM generations g WHERE g.video_key = f.key)
         AND NOT EXISTS (SELECT 1 FROM generations g WHERE g.poster_key = f.key)
      ON CONFLICT DO NOTHING\
      """)
  int removeLost(@Bind("keys") String[] keys, @Bind("ids") String[] ids, @Bind("hours") int hours);
}
