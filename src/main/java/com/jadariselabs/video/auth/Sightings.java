package com.jadariselabs.video.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.base.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions have called since they were last written down. Noting one costs the request a look
 * into a map; the writing is done in batches by somebody else. Thread-safe, bounded.
 */
final class Sightings {
  private static final int MOST = 100_000;
  private static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(400);
  private static final Duration TOKEN_LIFE_MARGIN = Duration.ofMinutes(2);

  private final Cache<SessionKey, Boolean> lately;
  private final Map<SessionKey, Sighting> waiting = new ConcurrentHashMap<>();

  /** Until when it matters, and the plan of the token; null for a key, which only follows. */
  private record Sighting(Instant forgetAt, @Nullable String plan) {}

  Sightings(Ticker ticker) {
    this.lately =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(Duration.ofMinutes(1))
            .ticker(ticker::read)
            .executor(Runnable::run)
            .build();
  }

  /** Notes a call; at most one sighting a minute and session goes on. */
  void note(SessionKey key, Caller caller) {
    if (lately.getIfPresent(key) == null
        && lately.asMap().putIfAbsent(key, true) == null
        && waiting.size() < MOST) {
      waiting.put(
          key,
          new Sighting(
              forgetAt(key, caller.expiresAt()), caller.key() == null ? caller.plan() : null));
    }
  }

  boolean any() {
    return !waiting.isEmpty();
  }

  /**
   * Writes down what waits, in an order that is the same everywhere, so that no two instances block
   * each other. What cannot be written stays.
   */
  void writeTo(SessionDao dao) {
    List<Map.Entry<SessionKey, Sighting>> batch =
        List.copyOf(waiting.entrySet()).stream()
            .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
            .toList();
    if (batch.isEmpty()) {
      return;
    }
    dao.seen(
        batch.stream().map(entry -> entry.getKey().userId()).toArray(String[]::new),
        batch.stream().map(entry -> entry.getKey().sessionId()).toArray(String[]::new),
        batch.stream().mapToLong(entry -> entry.getValue().forgetAt().toEpochMilli()).toArray());
    List<Map.Entry<SessionKey, Sighting>> signedIn =
        batch.stream().filter(entry -> entry.getValue().plan() != null).toList();
    if (!signedIn.isEmpty()) {
      dao.plans(
          signedIn.stream().map(entry -> entry.getKey().userId()).toArray(String[]::new),
          signedIn.stream().map(entry -> entry.getValue().plan()).toArray(String[]::new));
    }
    batch.forEach(entry -> waiting.remove(entry.getKey(), entry.getValue()));
  }

  /** What is its own session is gone when it expires; others may be refreshed for long. */
  private static Instant forgetAt(SessionKey key, Instant tokenExpiresAt) {
    return key.sessionId().startsWith(Sessions.TOKEN_PREFIX)
            || key.sessionId().startsWith(ApiKeys.SESSION_PREFIX)
        ? tokenExpiresAt.plus(TOKEN_LIFE_MARGIN)
        : tokenExpiresAt.plus(REFRESH_TOKEN_LIFE);
  }
}
