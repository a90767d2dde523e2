package com.jadariselabs.video.generation;

import com.jadariselabs.video.generation.GenerationDao.Waiting;
import com.jadariselabs.video.generation.TurnstileDao.LetIn;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets so many of a user's jobs into the delivery queues and no more: the others wait outside,
 * behind their own user's jobs instead of before those of others. As one leaves the line, the next
 * is let in, at the end of it. Only users who are known to have jobs outside cost a statement; who
 * was missed is found by the sweep. Thread-safe.
 */
final class Turnstile {
  private static final Logger LOG = LoggerFactory.getLogger(Turnstile.class);

  private final TurnstileDao dao;
  private final Delivery delivery;
  private final int perUser;
  private final Set<String> outside = ConcurrentHashMap.newKeySet();

  Turnstile(Jdbi jdbi, Delivery delivery, int perUser) {
    this.dao = jdbi.onDemand(TurnstileDao.class);
    this.delivery = delivery;
    this.perUser = perUser;
  }

  /** A job of this user was put outside. */
  void waits(String userId) {
    outside.add(userId);
  }

  /** A job of this user has left the line: claimed, or cancelled. Never fails. */
  void left(String userId) {
    if (outside.contains(userId)) {
      letIn(userId);
    }
  }

  /** Lets in whoever has room, as the line shows. */
  void sweep(List<Waiting> line) {
    Map<String, Integer> inside = new HashMap<>();
    Set<String> waiting = new HashSet<>();
    for (Waiting row : line) {
      if (row.delivered()) {
        inside.merge(row.userId(), 1, Integer::sum);
      } else {
        waiting.add(row.userId());
      }
    }
    outside.addAll(waiting);
    for (String userId : waiting) {
      if (inside.getOrDefault(userId, 0) < perUser) {
        letIn(userId);
      }
    }
  }

  /** The row that let them in is written; a lost ring is the sweep's business like any other. */
  private void letIn(String userId) {
    try {
      List<LetIn> next = dao.letIn(userId, perUser);
      for (LetIn job : next) {
        delivery.ring(Ranks.priority(job.priority()), job.id());
      }
      if (next.isEmpty() && !dao.anyOutside(userId)) {
        outside.remove(userId);
      }
    } catch (RuntimeException e) {
      LOG.warn("a user's next job is let in later: {}", e.getClass().getSimpleName());
    }
  }
}
