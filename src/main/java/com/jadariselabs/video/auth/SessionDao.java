package com.jadariselabs.video.auth;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The table {@code sessions}. */
interface SessionDao {

  /** A session as its user sees it. */
  record Row(String id, Instant createdAt, Instant lastSeenAt) {}

  /** A session whose tokens are refused; after {@code forgetAt} none of them could be valid. */
  record RevokedRow(String userId, String id, Instant forgetAt) {}

  /**
   * The digest of a user who was erased, in lower-case hexadecimal digits; after {@code forgetAt}
   * no token from before could be valid.
   */
  record ErasedRow(String digest, Instant erasedAt, Instant forgetAt) {}

  /** Records sightings; a session seen within the last minute is left as it is. */
  @SqlUpdate(
      """
      INSERT INTO sessions AS s (user_id, id, forget_at)
      SELECT * FROM (SELECT u, i, to_timestamp(f / 1000.0)
                       FROM unnest(:users, :ids, :forgetAtMillis) AS t (u, i, f)) seen
          ON CONFLICT (user_id, id) DO UPDATE
         SET last_seen_at = now(), forget_at = greatest(s.forget_at, excluded.forget_at)
       WHERE s.last_seen_at < now() - interval '59 seconds'\
      """)
  void seen(String[] users, String[] ids, long[] forgetAtMillis);

  /** A user's keys follow the plan that the user is seen with. */
  @SqlUpdate(
      """
      UPDATE api_keys k SET plan = t.plan FROM unnest(:users, :plans) AS t (user_id, plan)
       WHERE k.user_id = t.user_id AND k.plan <> t.plan\
      """)
  void plans(String[] users, String[] plans);

  /** All but keys, which are listed apart. */
  @SqlQuery(
      """
      SELECT id, created_at, last_seen_at FROM sessions
       WHERE user_id = :userId AND revoked_at IS NULL AND forget_at > now()
         AND NOT starts_with(id, 'key:') AND last_seen_at > now() - interval '30 days'
       ORDER BY last_seen_at DESC, id LIMIT 200\
      """)
  @RegisterConstructorMapper(Row.class)
  List<Row> of(String userId);

  /** Revokes one; a second time it changes nothing and answers the same. */
  @SqlQuery(
      """
      UPDATE sessions SET revoked_at = coalesce(revoked_at, clock_timestamp())
       WHERE user_id = :userId AND id = :id
      RETURNING user_id, id, forget_at\
      """)
  @RegisterConstructorMapper(RevokedRow.class)
  List<RevokedRow> revoke(String userId, String id);

  @SqlQuery(
      """
      UPDATE sessions SET revoked_at = clock_timestamp()
       WHERE user_id = :userId AND id <> :keptId AND NOT starts_with(id, 'key:')
         AND revoked_at IS NULL AND forget_at > now()
      RETURNING user_id, id, forget_at\
      """)
  @RegisterConstructorMapper(RevokedRow.class)
  List<RevokedRow> revokeAllBut(String userId, String keptId);

  /** Those of API keys too. */
  @SqlQuery(
      """
      UPDATE sessions SET revoked_at = clock_timestamp()
       WHERE user_id = :userId AND revoked_at IS NULL
      RETURNING user_id, id, forget_at\
      """)
  @RegisterConstructorMapper(RevokedRow.class)
  List<RevokedRow> revokeAll(String userId);

  @SqlQuery(
      """
      SELECT user_id, id, forget_at FROM sessions
       WHERE revoked_at IS NOT NULL AND forget_at > now()\
      """)
  @RegisterConstructorMapper(RevokedRow.class)
  List<RevokedRow> revoked();

  /** Those revoked lately, with a margin for transactions that took their time to commit. */
  @SqlQuery(
      """
      SELECT user_id, id, forget_at FROM sessions
       WHERE revoked_at > now() - make_interval(secs => :seconds) AND forget_at > now()\
      """)
  @RegisterConstructorMapper(RevokedRow.class)
  List<RevokedRow> revokedWithin(double seconds);

  @SqlQuery(
      """
      SELECT encode(digest, 'hex') AS digest, erased_at, forget_at FROM erased_users
       WHERE forget_at > now()\
      """)
  @RegisterConstructorMapper(ErasedRow.class)
  List<ErasedRow> erased();

  /** Those erased lately, with the same margin. */
  @SqlQuery(
      """
      SELECT encode(digest, 'hex') AS digest, erased_at, forget_at FROM erased_users
       WHERE erased_at > now() - make_interval(secs => :seconds)\
      """)
  @RegisterConstructorMapper(ErasedRow.class)
  List<ErasedRow> erasedWithin(double seconds);

  @SqlUpdate("DELETE FROM erased_users WHERE forget_at < now()")
  int forgetErased();

  @SqlUpdate(
      """
      DELETE FROM sessions WHERE ctid IN (
        SELECT ctid FROM sessions WHERE forget_at < now() - interval '1 day'
         LIMIT 1000 FOR UPDATE SKIP LOCKED)\
      """)
  int forget();
}
