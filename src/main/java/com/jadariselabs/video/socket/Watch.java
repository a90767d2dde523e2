package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EncodedEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A generation that somebody follows, and when it is to be looked up. Thread-safe; a lost update of
 * the pace does no harm.
 */
final class Watch {
  private static final long LONGEST_NANOS = 30_000_000_000L;

  final Set<Following> followers = ConcurrentHashMap.newKeySet(2);
  private volatile long seq;
  private volatile boolean ended;
  private volatile long quietSinceNanos;
  private volatile long paceNanos;

  Watch(long nowNanos) {
    quietSinceNanos = nowNanos;
  }

  void heard(EncodedEvent event, long nowNanos) {
    known(event.seq(), event.event().terminal(), nowNanos);
    paceNanos = 0;
  }

  void known(long latest, boolean terminal, long nowNanos) {
    quietSinceNanos = nowNanos;
    if (latest >= seq) {
      seq = latest;
      ended = terminal;
    }
  }

  /** Whether it has not ended and nothing was heard of it for as long as its pace says. */
  boolean due(long afterNanos, long nowNanos) {
    return !ended && nowNanos - quietSinceNanos >= Math.max(afterNanos, paceNanos);
  }

  /** It was looked up, and will be again, later each time. */
  void looked(long afterNanos, long nowNanos) {
    quietSinceNanos = nowNanos;
    paceNanos = Math.min(LONGEST_NANOS, Math.max(afterNanos, paceNanos) * 2);
  }

  /** Look it up at the next occasion. */
  void doubt(long afterNanos, long nowNanos) {
    paceNanos = 0;
    quietSinceNanos = nowNanos - afterNanos;
  }
}
