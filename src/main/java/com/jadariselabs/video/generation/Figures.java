package com.jadariselabs.video.generation;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.jadariselabs.video.queue.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The service in figures, by PostgreSQL's clock and rows, so that every instance tells the same.
 * However many look on, the database is asked at most once a second. Thread-safe.
 */
public final class Figures {
  private static final long FRESH_SECONDS = 1;
  private static final int MOST_HOLDERS = 100;

  /**
   * Those who wait for one delivery queue.
   *
   * @param ready may be served now
   * @param heldBack wait behind other jobs of their users
   * @param delayed wait for their next attempt
   * @param oldestSeconds how long the first of the ready and held back has waited; null without any
   */
  public record Queued(
      Priority priority, long ready, long heldBack, long delayed, @Nullable Double oldestSeconds) {}

  /**
   * A worker of any instance, and how many generations it has in progress.
   *
   * @param worker empty for those that nobody holds just now
   */
  public record Holder(String worker, long generations) {}

  /**
   * All of it.
   *
   * @param queues one for each priority, the first served first
   * @param minutes the last {@value Minutes#KEPT}, oldest first, without gaps; the last one goes on
   */
  public record Overview(
      Instant at,
      boolean paused,
      List<Queued> queues,
      List<Holder> holders,
      List<Minutes.Minute> minutes) {}

  private final FiguresDao dao;
  private final Minutes minutes;
  private final Supplier<List<Queued>> queues;
  private final Supplier<Overview> overview;

  Figures(Jdbi jdbi) {
    this.dao = jdbi.onDemand(FiguresDao.class);
    this.minutes = new Minutes(dao);
    this.queues =
        Suppliers.memoizeWithExpiration(this::readQueues, FRESH_SECONDS, TimeUnit.SECONDS);
    this.overview = Suppliers.memoizeWithExpiration(this::read, FRESH_SECONDS, TimeUnit.SECONDS);
  }

  /** Everything; at most a second old. */
  public Overview overview() {
    return Objects.requireNonNull(overview.get());
  }

  /** The database's present time. */
  Instant now() {
    return dao.now();
  }

  /** The queues alone; at most a second old. */
  public List<Queued> queues() {
    return Objects.requireNonNull(queues.get());
  }

  private Overview read() {
    Instant now = dao.now();
    return new Overview(now, dao.paused(), queues(), dao.holders(MOST_HOLDERS), minutes.upTo(now));
  }

  private List<Queued> readQueues() {
    Map<Integer, FiguresDao.Queued> byRank = Minutes.by(dao.queued(), FiguresDao.Queued::priority);
    List<Queued> all = new ArrayList<>();
    for (Priority priority : Priority.values()) {
      FiguresDao.Queued row = byRank.get(Ranks.rank(priority));
      all.add(
          row == null
              ? new Queued(priority, 0, 0, 0, null)
              : new Queued(
                  priority, row.ready(), row.heldBack(), row.delayed(), row.oldestSeconds()));
    }
    return List.copyOf(all);
  }
}
