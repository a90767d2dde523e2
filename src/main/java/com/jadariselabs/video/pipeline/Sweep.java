package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Generations;
import com.jadariselabs.video.generation.LineEntry;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.queue.Queue;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings again what nobody holds: rows that Redis forgot, due retries, abandoned leases, those that
 * waited too long; and settles what was left at the provider. Safe to run on every instance at
 * once: a ring too many finds nothing to claim.
 */
final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final long PERIOD_MILLIS = 1_000;
  private static final int PAGE = 500;

  private final Generations generations;
  private final Transitions transitions;
  private final Queue queue;
  private final Visits visits;
  private final Settlement settlement;
  private final PipelineSettings settings;
  private final ExecutorService executor;
  private Set<String> missingBefore = Set.of();
  private Instant orphansAfter = Instant.EPOCH;

  Sweep(
      Generations generations,
      Transitions transitions,
      Queue queue,
      Visits visits,
      Settlement settlement,
      PipelineSettings settings,
      ExecutorService executor) {
    this.generations = generations;
    this.transitions = transitions;
    this.queue = queue;
    this.visits = visits;
    this.settlement = settlement;
    this.settings = settings;
    this.executor = executor;
  }

  void start(ScheduledExecutorService timers) {
    timers.scheduleWithFixedDelay(
        () -> {
          try {
            executor.submit(this::once).get(30, TimeUnit.SECONDS);
          } catch (RejectedExecutionException e) {
            LOG.debug("stopping");
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            LOG.warn("a sweep failed: {}", String.valueOf(e.getCause()));
          }
        },
        PERIOD_MILLIS,
        PERIOD_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /** Sweeps once. */
  synchronized void once() {
    queue.setPaused(generations.paused());
    for (Generation g : transitions.aged(settings.maxWait(), PAGE)) {
      queue.ringFirst(g.deliveryPriority(), g.id());
    }
    ringWhatRedisForgot(generations.refreshLine());
    for (Generation g : transitions.abandoned(PAGE)) {
      if (!visits.holds(g.id())) {
        queue.ring(g.deliveryPriority(), g.id());
      }
    }
    settleOrphans();
  }

  /** Only what was missing twice in a row: between commit and ring there is always a moment. */
  private void ringWhatRedisForgot(List<LineEntry> line) {
    if (line.isEmpty()) {
      missingBefore = Set.of();
      return;
    }
    Set<String> delivered;
    try {
      delivered = queue.waiting();
    } catch (RuntimeException e) {
      LOG.debug("Redis is away: {}", e.toString());
      return;
    }
    Set<String> missing = new HashSet<>();
    for (LineEntry entry : line) {
      if (!delivered.contains(entry.id())) {
        missing.add(entry.id());
        if (missingBefore.contains(entry.id())) {
          if (entry.aged()) {
            queue.ringFirst(entry.priority(), entry.id());
          } else {
            queue.ring(entry.priority(), entry.id());
          }
        }
      }
    }
    missingBefore = missing;
  }

  /** Pages by time: a full page of attempts that cannot be settled yet hides nothing behind it. */
  private void settleOrphans() {
    List<Attempt> page = transitions.orphans(orphansAfter, PAGE);
    page.forEach(settlement::settle);
    orphansAfter = page.size() < PAGE ? Instant.EPOCH : page.get(page.size() - 1).startedAt();
  }
}
