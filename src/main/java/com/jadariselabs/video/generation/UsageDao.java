package com.jadariselabs.video.generation;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The statement of the usage report. */
interface UsageDao {

  /** A line of the report, or the total of them all. */
  record Row(
      @Nullable String unit, @Nullable String name, boolean total, @Nested Usage.Figures figures) {}

  /** The total comes first, so that no limit cuts it off; there is none where there is nothing. */
  @SqlQuery(
      """
      WITH own AS (
        SELECT id, status, duration,
               CASE :group WHEN 'day' THEN to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')
                           WHEN 'model' THEN model
                           ELSE coalesce(api_key_id, '') END AS unit
          FROM generations
         WHERE user_id = :userId AND created_at >= :from AND created_at < :until),
      money AS (
        SELECT generation_id,
               sum(-amount) FILTER (WHERE kind = 'charge') AS charged,
               sum(amount) FILTER (WHERE kind = 'refund') AS refunded
          FROM ledger
         WHERE user_id = :userId AND kind IN ('charge', 'refund') AND created_at >= :from
         GROUP BY generation_id),
      figures AS (
        SELECT unit, grouping(unit) = 1 AS total,
               count(*) FILTER (WHERE status = 'completed') AS completed,
               count(*) FILTER (WHERE status = 'failed') AS failed,
               count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
               count(*) FILTER (WHERE status IN ('queued', 'processing')) AS open,
               coalesce(sum(duration) FILTER (WHERE status = 'completed'), 0) AS seconds,
               coalesce(sum(charged), 0) AS charged,
               coalesce(sum(refunded), 0) AS refunded
          FROM own LEFT JOIN money ON money.generation_id = own.id
         GROUP BY GROUPING SETS ((unit), ())
         ORDER BY 2 DESC, 1 LIMIT :limit)
      SELECT f.*, k.name FROM figures f
        LEFT JOIN api_keys k ON :group = 'key' AND k.id = f.unit
       ORDER BY f.total DESC, f.unit""")
  @RegisterConstructorMapper(Row.class)
  List<Row> usage(
      @Bind("userId") String userId,
      @Bind("from") Instant from,
      @Bind("until") Instant until,
      @Bind("group") String group,
      @Bind("limit") int limit);
}
