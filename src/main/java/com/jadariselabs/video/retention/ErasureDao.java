package com.jadariselabs.video.retention;

import java.util.List;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The statements of an erasure; the last ones in one transaction. */
interface ErasureDao {

  /**
   * From now on nothing is taken from the account, and no token lets in that was issued before; 0
   * where there is no such account. What was issued before is over after a month, if it was not
   * seen to hold longer; a session is remembered for 400 days longer than its token.
   */
  @SqlUpdate(
      """
      WITH marked AS (
        UPDATE accounts SET erasing_at = coalesce(erasing_at, now()), status = 'suspended'
         WHERE user_id = :userId AND NOT starts_with(user_id, 'erased_') RETURNING user_id),
      longest AS (
        SELECT max(CASE WHEN starts_with(id, 'token:') THEN forget_at
                        ELSE forget_at - interval '400 days' END) AS forget_at
          FROM sessions WHERE user_id = :userId),
      remembered AS (
        INSERT INTO erased_users AS e (digest, erased_at, forget_at)
        SELECT sha256(convert_to(user_id, 'UTF8')), clock_timestamp(),
               greatest(now() + interval '31 days', longest.forget_at)
          FROM marked, longest
        ON CONFLICT (digest) DO UPDATE
           SET erased_at = excluded.erased_at,
               forget_at = greatest(e.forget_at, excluded.forget_at))
      INSERT INTO audit_log (actor, action, target)
      SELECT :actor, 'user.erase', user_id FROM marked\
      """)
  int mark(@Bind("userId") String userId, @Bind("actor") String actor);

  @SqlQuery(
      "SELECT user_id FROM accounts WHERE erasing_at IS NOT NULL ORDER BY erasing_at LIMIT 100")
  List<String> marked();

  @SqlQuery(
      """
      SELECT id FROM generations
       WHERE user_id = :userId AND status IN ('queued', 'processing') LIMIT 1000\
      """)
  List<String> live(@Bind("userId") String userId);

  /**
   * Whether this transaction may erase: marked, so long ago that all instances have heard of the
   * sessions' end, nothing alive, nothing left at the provider.
   */
  @SqlQuery(
      """
      SELECT EXISTS (SELECT 1 FROM accounts a
                      WHERE a.user_id = :userId AND a.erasing_at < now() - interval '3 seconds'
                        FOR UPDATE SKIP LOCKED)
         AND NOT EXISTS (SELECT 1 FROM generations g
                          WHERE g.user_id = :userId
                            AND (g.completed_at IS NULL
                                 OR EXISTS (SELECT 1 FROM attempts t
                                             WHERE t.generation_id = g.id AND t.state <> 'over')))\
      """)
  boolean settled(@Bind("userId") String userId);

  /** An account of no name takes over the ledger's figures. */
  @SqlUpdate(
      """
      INSERT INTO accounts (user_id, plan, balance, status, created_at)
      SELECT :name, plan, balance, 'suspended', date_trunc('day', created_at)
        FROM accounts WHERE user_id = :userId\
      """)
  void rename(@Bind("userId") String userId, @Bind("name") String name);

  @SqlUpdate("UPDATE ledger SET user_id = :name, reason = NULL WHERE user_id = :userId")
  void renameLedger(@Bind("userId") String userId, @Bind("name") String name);

  /** What was done to the user or to its generations stays, without details. */
  @SqlUpdate(
      """
      UPDATE audit_log
         SET actor = CASE WHEN actor = :userId THEN :name ELSE actor END,
             target = CASE WHEN target = :userId THEN :name ELSE target END,
             detail = NULL
       WHERE target = :userId OR actor = :userId
          OR target IN (SELECT id FROM generations WHERE user_id = :userId)\
      """)
  void renameAudit(@Bind("userId") String userId, @Bind("name") String name);

  /** Returns the ids of the generations. */
  @SqlQuery(
      """
      WITH files AS (
        INSERT INTO media_removals (key)
        SELECT k FROM generations, unnest(ARRAY[video_key, poster_key, image_key]) AS k
         WHERE user_id = :userId AND k IS NOT NULL
        ON CONFLICT DO NOTHING),
      keys AS (DELETE FROM idempotency_keys WHERE user_id = :userId),
      seats AS (DELETE FROM sessions WHERE user_id = :userId),
      tickets AS (DELETE FROM socket_tickets WHERE user_id = :userId),
      scores AS (DELETE FROM reputations WHERE user_id = :userId),
      verdicts AS (DELETE FROM moderation_verdicts WHERE user_id = :userId),
      hooks AS (DELETE FROM webhook_deliveries WHERE user_id = :userId),
      secrets AS (DELETE FROM webhook_secrets WHERE user_id = :userId),
      servers AS (DELETE FROM api_keys WHERE user_id = :userId)
      DELETE FROM generations WHERE user_id = :userId RETURNING id\
      """)
  List<String> deleteAll(@Bind("userId") String userId);

  @SqlUpdate("DELETE FROM accounts WHERE user_id = :userId")
  void deleteAccount(@Bind("userId") String userId);
}
