package com.jadariselabs.video.generation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submissions that were refused because PostgreSQL did not answer, though they may have been
 * written, or may yet be: a server that stood still goes on with what it had been told. Who was
 * refused is charged nothing, so they are looked for and taken back. One with an idempotency key is
 * left as it is: its user asks again, and is told. Thread-safe.
 */
final class Doubts {
  private static final Logger LOG = LoggerFactory.getLogger(Doubts.class);

  /** What was told to a server that answers again has been done, or dropped, by then. */
  private static final Duration LOOKED_FOR = Duration.ofMinutes(1);

  private static final int MOST = 10_000;

  private final Clock clock;
  private final Map<String, Doubt> doubts = new ConcurrentHashMap<>();

  Doubts(Clock clock) {
    this.clock = clock;
  }

  /**
   * One of them.
   *
   * @param since when it was first looked for and the database answered; null: not yet
   */
  private record Doubt(String userId, @Nullable Instant since) {}

  /** Takes one back, if it is there. */
  @FunctionalInterface
  interface TakeBack {
    /** Whether it was there. */
    boolean of(String id, String userId);
  }

  void add(NewRow row) {
    if (row.draft().idempotencyKey() == null && doubts.size() < MOST) {
      doubts.put(row.id(), new Doubt(row.userId(), null));
    }
  }

  /**
   * Looks for each of them, once the database answers again; a failure leaves the rest for later.
   */
  void settle(TakeBack takeBack) {
    Instant now = clock.instant();
    for (Map.Entry<String, Doubt> each : Map.copyOf(doubts).entrySet()) {
      String id = each.getKey();
      Doubt doubt = each.getValue();
      Instant since = doubt.since() == null ? now : doubt.since();
      doubts.put(id, new Doubt(doubt.userId(), since));
      try {
        boolean taken = takeBack.of(id, doubt.userId());
        if (taken || Duration.between(since, now).compareTo(LOOKED_FOR) > 0) {
          doubts.remove(id);
        }
      } catch (RuntimeException e) {
        LOG.warn("a refused submission is looked for later: {}", e.getClass().getSimpleName());
        return;
      }
    }
  }
}
