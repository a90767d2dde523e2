package com.jadariselabs.video.generation;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Counting what lately happened; each statement reads a stretch of an index, never a whole table.
 */
@RegisterConstructorMapper(FiguresDao.Queued.class)
@RegisterConstructorMapper(FiguresDao.Ended.class)
@RegisterConstructorMapper(FiguresDao.Money.class)
@RegisterConstructorMapper(FiguresDao.Failures.class)
@RegisterConstructorMapper(Figures.Holder.class)
interface FiguresDao {

  /** Those who wait, of one priority. */
  record Queued(
      int priority, long ready, long heldBack, long delayed, @Nullable Double oldestSeconds) {}

  /** What ended in a minute; the spreads are null where nothing did. */
  record Ended(
      Instant minute,
      long completed,
      long failed,
      long cancelled,
      @Nullable Double wait50,
      @Nullable Double wait95,
      @Nullable Double wait99,
      @Nullable Double work50,
      @Nullable Double work95,
      @Nullable Double work99) {}

  /** What was charged and given back in a minute. */
  record Money(Instant minute, long runs, long charged, long refunded) {}

  /** How often a cause ended an attempt in a minute. */
  record Failures(Instant minute, String code, long number) {}

  @SqlQuery("SELECT now()")
  Instant now();

  @SqlQuery(
      """
      SELECT priority,
             count(*) FILTER (WHERE due AND delivered) AS ready,
             count(*) FILTER (WHERE due AND NOT delivered) AS held_back,
             count(*) FILTER (WHERE NOT due) AS delayed,
             extract(epoch FROM now() - min(since) FILTER (WHERE due)) AS oldest_seconds
        FROM (SELECT priority, delivered, coalesce(retry_at <= now(), true) AS due,
                     coalesce(retry_at, queued_at) AS since
                FROM generations WHERE status = 'queued') AS waiting
       GROUP BY 1""")
  List<Queued> queued();

  @SqlQuery(
      """
      SELECT coalesce(lease_owner, '') AS worker, count(*) AS generations FROM generations
       WHERE status = 'processing' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit""")
  List<Figures.Holder> holders(@Bind("limit") int limit);

  /** Waiting is what passed before the first start of the run. */
  @SqlQuery(
      """
      SELECT minute, completed, failed, cancelled,
             waits[1] AS wait50, waits[2] AS wait95, waits[3] AS wait99,
             works[1] AS work50, works[2] AS work95, works[3] AS work99
        FROM (
          SELECT date_trunc('minute', completed_at) AS minute,
                 count(*) FILTER (WHERE status = 'completed') AS completed,
                 count(*) FILTER (WHERE status = 'failed') AS failed,
                 count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
                 percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (
                   ORDER BY extract(epoch FROM started_at
                     - CASE WHEN run = 1 THEN created_at ELSE queued_at END)) AS waits,
                 percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (
                   ORDER BY extract(epoch FROM completed_at - started_at))
                   FILTER (WHERE status <> 'cancelled') AS works
            FROM generations
           WHERE status IN ('completed', 'failed', 'cancelled') AND completed_at >= :from
           GROUP BY 1) AS ends""")
  List<Ended> ended(@Bind("from") Instant from);

  @SqlQuery(
      """
      SELECT date_trunc('minute', created_at) AS minute,
             count(*) FILTER (WHERE kind = 'charge') AS runs,
             coalesce(-sum(amount) FILTER (WHERE kind = 'charge'), 0) AS charged,
             coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS refunded
        FROM ledger WHERE kind IN ('charge', 'refund') AND created_at >= :from
       GROUP BY 1""")
  List<Money> money(@Bind("from") Instant from);

  @SqlQuery(
      """
      SELECT date_trunc('minute', ended_at) AS minute, error_code AS code, count(*) AS number
        FROM attempts WHERE error_code IS NOT NULL AND ended_at >= :from
       GROUP BY 1, 2""")
  List<Failures> failures(@Bind("from") Instant from);

  @SqlQuery("SELECT paused FROM queue_state")
  boolean paused();
}
