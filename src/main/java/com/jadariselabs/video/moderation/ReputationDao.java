package com.jadariselabs.video.moderation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The tables {@code reputations} and {@code moderation_verdicts}. */
interface ReputationDao {

  /** A score as it stands now. */
  record Row(String userId, double score) {}

  /** A rejection. */
  record VerdictRow(
      long id,
      Instant at,
      String subject,
      String category,
      String rule,
      int points,
      @Nullable String generationId) {}

  /** Writes the verdict down and takes the points, in one statement. */
  @SqlQuery(
      """
      WITH verdict AS (
        INSERT INTO moderation_verdicts (user_id, category, rule, points, text_sha256)
        VALUES (:userId, :category, :rule, :points, :sha256))
      INSERT INTO reputations AS r (user_id, score, changed_at)
      VALUES (:userId, 100 - :points, clock_timestamp())
          ON CONFLICT (user_id) DO UPDATE
         SET score = greatest(0, least(100, r.score
               + extract(epoch FROM clock_timestamp() - r.changed_at) / 3600) - :points),
             changed_at = clock_timestamp()
      RETURNING r.score\
      """)
  double penalise(String userId, String category, String rule, int points, byte[] sha256);

  /** Writes a verdict down that costs nothing. */
  @SqlUpdate(
      """
      INSERT INTO moderation_verdicts
             (user_id, subject, category, rule, points, text_sha256, generation_id)
      VALUES (:userId, :subject, :category, :rule, 0, :sha256, :generationId)\
      """)
  void note(
      String userId,
      String subject,
      String category,
      String rule,
      byte[] sha256,
      String generationId);

  /** Gives points back; nothing happens to who has lost none. */
  @SqlQuery(
      """
      UPDATE reputations
         SET score = least(100, score
               + extract(epoch FROM clock_timestamp() - changed_at) / 3600 + :points),
             changed_at = clock_timestamp()
       WHERE user_id = :userId
      RETURNING score\
      """)
  Optional<Double> restore(String userId, int points);

  /** All who are below 100 now; after a hundred hours nobody of today's is. */
  @SqlQuery(
      """
      SELECT user_id, score FROM (
        SELECT user_id, least(100, score
                 + extract(epoch FROM clock_timestamp() - changed_at) / 3600) AS score
          FROM reputations
         WHERE changed_at > clock_timestamp() - make_interval(secs => :seconds)) s\
      """)
  @RegisterConstructorMapper(Row.class)
  List<Row> changedWithin(double seconds);

  @SqlQuery(
      """
      SELECT id, at, subject, category, rule, points, generation_id FROM moderation_verdicts
       WHERE user_id = :userId AND id < :before ORDER BY id DESC LIMIT :limit\
      """)
  @RegisterConstructorMapper(VerdictRow.class)
  List<VerdictRow> verdicts(String userId, long before, int limit);
}
