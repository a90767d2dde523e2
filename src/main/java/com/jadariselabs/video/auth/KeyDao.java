package com.jadariselabs.video.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The table {@code api_keys}. */
interface KeyDao {

  /** What is needed to let a key in; the digest in hexadecimal. */
  record Row(
      String userId,
      String digest,
      boolean reads,
      boolean writes,
      String plan,
      @Nullable Integer perMinute,
      @Nullable Integer perHour,
      @Nullable Integer perDay,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt) {}

  /** Keeps a new key, unless its owner has so many already. */
  @SqlUpdate(
      """
      INSERT INTO api_keys
        (id, user_id, name, digest, reads, writes, plan, per_minute, per_hour, per_day, expires_at)
      SELECT :id, :userId, :name, :digest, :reads, :writes, :plan, :perMinute, :perHour, :perDay,
             :expiresAt
       WHERE :most > (
         SELECT count(*) FROM api_keys WHERE user_id = :userId AND revoked_at IS NULL
            AND (expires_at IS NULL OR expires_at > now()))""")
  int keep(
      String id,
      String userId,
      String name,
      byte[] digest,
      boolean reads,
      boolean writes,
      String plan,
      @Nullable Integer perMinute,
      @Nullable Integer perHour,
      @Nullable Integer perDay,
      @Nullable Instant expiresAt,
      int most);

  @SqlQuery(
      """
      SELECT user_id, encode(digest, 'hex') AS digest, reads, writes, plan, per_minute, per_hour,
             per_day, expires_at, revoked_at
        FROM api_keys WHERE id = :id""")
  @RegisterConstructorMapper(Row.class)
  Optional<Row> find(String id);

  /** Those that let in, and those that have expired within a month. */
  @SqlQuery(
      """
      SELECT k.id, k.user_id, k.name, k.reads, k.writes, k.plan, k.per_minute, k.per_hour,
             k.per_day, k.created_at, s.last_seen_at AS last_used_at, k.expires_at
        FROM api_keys k LEFT JOIN sessions s ON s.user_id = k.user_id AND s.id = 'key:' || k.id
       WHERE k.user_id = :userId AND k.revoked_at IS NULL
         AND (k.expires_at IS NULL OR k.expires_at > now() - interval '30 days')
       ORDER BY k.created_at DESC, k.id LIMIT 200""")
  @RegisterConstructorMapper(ApiKey.class)
  List<ApiKey> of(String userId);

  /**
   * Revokes a key together with its session; a second time it changes nothing and answers the same.
   * The session is remembered for a day: by then every instance has read the row itself.
   */
  @SqlQuery(
      """
      WITH gone AS (
        UPDATE api_keys SET revoked_at = coalesce(revoked_at, clock_timestamp())
         WHERE user_id = :userId AND id = :id
        RETURNING user_id, id)
      INSERT INTO sessions AS s (user_id, id, forget_at, revoked_at)
      SELECT user_id, 'key:' || id, now() + interval '1 day', clock_timestamp() FROM gone
          ON CONFLICT (user_id, id) DO UPDATE
         SET revoked_at = coalesce(s.revoked_at, excluded.revoked_at)
      RETURNING user_id, id, forget_at""")
  @RegisterConstructorMapper(SessionDao.RevokedRow.class)
  List<SessionDao.RevokedRow> revoke(String userId, String id);
}
