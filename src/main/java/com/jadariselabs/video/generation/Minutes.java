package com.jadariselabs.video.generation;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The last hour, minute by minute. What lies two minutes back changes no more: it is read once and
 * kept, so that looking often reads little. Thread-safe.
 */
public final class Minutes {
  /** How many are told. */
  static final int KEPT = 60;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** A row's time is that of its transaction's begin, and no statement takes this long. */
  private static final Duration SETTLED_AFTER = Duration.ofMinutes(1);

  /** Fewer than half, nearly all and all but one in a hundred took this many seconds or less. */
  public record Spread(@Nullable Double p50, @Nullable Double p95, @Nullable Double p99) {
    private static final Spread NONE = new Spread(null, null, null);
  }

  /**
   * What happened in a minute.
   *
   * @param start its beginning, by PostgreSQL's clock
   * @param runs that were charged: submissions, and retries by admins
   * @param completed generations; so {@code failed} and {@code cancelled}
   * @param charged credits; so {@code refunded}
   * @param waited seconds between queue and first start, of the generations that ended in it
   * @param processing seconds between first start and end, of those that completed or failed in it
   * @param failedAttempts by the code of the error, whether another attempt followed or not
   */
  public record Minute(
      Instant start,
      long runs,
      long completed,
      long failed,
      long cancelled,
      long charged,
      long refunded,
      Spread waited,
      Spread processing,
      Map<String, Long> failedAttempts) {}

  private final FiguresDao dao;
  private final TreeMap<Instant, Minute> kept = new TreeMap<>();
  private Instant settledUntil = Instant.MIN;

  Minutes(FiguresDao dao) {
    this.dao = dao;
  }

  /** The minutes up to the one that goes on at this time of the database's. */
  synchronized List<Minute> upTo(Instant now) {
    Instant present = now.truncatedTo(ChronoUnit.MINUTES);
    Instant first = present.minus(MINUTE.multipliedBy(KEPT - 1));
    Instant from = settledUntil.isAfter(first) ? settledUntil : first;
    kept.headMap(first).clear();
    kept.tailMap(from).clear();
    read(from, present);
    settledUntil = now.minus(SETTLED_AFTER).truncatedTo(ChronoUnit.MINUTES);
    return List.copyOf(kept.values());
  }

  private void read(Instant from, Instant present) {
    Map<Instant, FiguresDao.Ended> ended = by(dao.ended(from), FiguresDao.Ended::minute);
    Map<Instant, FiguresDao.Money> money = by(dao.money(from), FiguresDao.Money::minute);
    Map<Instant, Map<String, Long>> failures = new HashMap<>();
    for (FiguresDao.Failures row : dao.failures(from)) {
      failures
          .computeIfAbsent(row.minute(), minute -> new TreeMap<>())
          .put(row.code(), row.number());
    }
    for (Instant at = from; !at.isAfter(present); at = at.plus(MINUTE)) {
      kept.put(at, minute(at, ended.get(at), money.get(at), failures.getOrDefault(at, Map.of())));
    }
  }

  private static Minute minute(
      Instant at,
      FiguresDao.@Nullable Ended ended,
      FiguresDao.@Nullable Money money,
      Map<String, Long> failures) {
    return new Minute(
        at,
        money == null ? 0 : money.runs(),
        ended == null ? 0 : ended.completed(),
        ended == null ? 0 : ended.failed(),
        ended == null ? 0 : ended.cancelled(),
        money == null ? 0 : money.charged(),
        money == null ? 0 : money.refunded(),
        ended == null ? Spread.NONE : new Spread(ended.wait50(), ended.wait95(), ended.wait99()),
        ended == null ? Spread.NONE : new Spread(ended.work50(), ended.work95(), ended.work99()),
        failures);
  }

  static <K, T> Map<K, T> by(Collection<T> rows, Function<T, K> key) {
    Map<K, T> map = new HashMap<>();
    for (T row : rows) {
      map.put(key.apply(row), row);
    }
    return map;
  }
}
