package com.jadariselabs.video.webhook;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;

/**
 * Which endpoints are left alone for a while, each for itself. Thread-safe, bounded.
 *
 * <pre>
 * closed ──5 failures in a row──▶ open ──after 30 s──▶ one try ──2xx──▶ closed
 *                                   ▲                     └─fails─▶ open, twice as long, 10 min at most
 * </pre>
 */
final class Breakers {
  private static final int FAILURES = 5;
  private static final Duration SHORTEST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int MOST_ENDPOINTS = 10_000;

  private final Clock clock;
  private final Duration probeTime;
  private final ConcurrentMap<String, State> states =
      Caffeine.newBuilder()
          .maximumSize(MOST_ENDPOINTS)
          .executor(Runnable::run)
          .<String, State>build()
          .asMap();

  /** Failures in a row; while {@code openUntil} lies ahead, nobody but a probe under way tries. */
  private record State(int failures, Instant openUntil, boolean probing) {}

  /**
   * All closed.
   *
   * @param probeTime after which a probe that was never heard of counts for nothing
   */
  Breakers(Clock clock, Duration probeTime) {
    this.clock = clock;
    this.probeTime = probeTime;
  }

  /** How long the endpoint is to be left alone; empty: it may be tried, and its outcome told. */
  Optional<Duration> openFor(String endpoint) {
    Instant now = clock.instant();
    State before = states.get(endpoint);
    if (before == null || before.failures() < FAILURES) {
      return Optional.empty();
    }
    if (now.isBefore(before.openUntil())) {
      return Optional.of(Duration.between(now, before.openUntil()));
    }
    State probe = new State(before.failures(), now.plus(probeTime), true);
    return states.replace(endpoint, before, probe) ? Optional.empty() : Optional.of(probeTime);
  }

  void succeeded(String endpoint) {
    states.remove(endpoint);
  }

  void failed(String endpoint) {
    Instant now = clock.instant();
    states.compute(endpoint, (key, state) -> failed(state, now));
  }

  private static State failed(State before, Instant now) {
    if (before == null) {
      return new State(1, now, false);
    }
    boolean open = before.failures() >= FAILURES && now.isBefore(before.openUntil());
    if (open && !before.probing()) {
      // It was under way when the others failed.
      return before;
    }
    int failures = before.failures() + 1;
    Duration wait = SHORTEST.multipliedBy(1L << Math.max(0, Math.min(10, failures - FAILURES)));
    boolean opens = failures >= FAILURES;
    Instant until = now.plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
    return new State(failures, opens ? until : now, false);
  }
}
