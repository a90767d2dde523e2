package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Attempts;
import com.jadariselabs.video.generation.DatabaseClock;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Generations;
import com.jadariselabs.video.generation.LineEntry;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.queue.Queue;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings again what nobody holds: rows that Redis forgot, due retries, abandoned leases, those that
 * waited too long; and settles what was left at the provider and in the storage. Safe to run on
 * every instance at once: a ring too many finds nothing to claim.
 */
final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final long PERIOD_MILLIS = 1_000;
  private static final int PAGE = 500;

  private final Generations generations;
  private final Transitions transitions;
  private final Attempts attempts;
  private final Queue queue;
  private final Visits visits;
  private final Settlement settlement;
  private final Leftovers leftovers;
  private final DatabaseClock clock;
  private final PipelineSettings settings;
  private Set<String> missingBefore = Set.of();
  private Instant orphansAfter = Instant.EPOCH;

  Sweep(
      Generations generations,
      Transitions transitions,
      Attempts attempts,
      Queue queue,
      Visits visits,
      Settlement settlement,
      Leftovers leftovers,
      DatabaseClock clock,
      PipelineSettings settings) {
    this.generations = generations;
    this.transitions = transitions;
    this.attempts = attempts;
    this.queue = queue;
    this.visits = visits;
    this.settlement = settlement;
    this.leftovers = leftovers;
    this.clock = clock;
    this.settings = settings;
  }

  void start(ScheduledExecutorService executor) {
    executor.scheduleWithFixedDelay(
        () -> {
          try {
            once();
          } catch (RuntimeException e) {
            LOG.warn("a sweep failed: {}", e.getClass().getSimpleName());
          }
        },
        0,
        PERIOD_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /** Sweeps once; also without Redis what is left at the provider is settled. */
  synchronized void once() {
    clock.read();
    queue.setPaused(generations.paused());
    generations.settleDoubts();
    for (Generation g : transitions.aged(settings.maxWait(), PAGE)) {
      queue.ringFirst(g.deliveryPriority(), g.id());
    }
    List<LineEntry> line = generations.refreshLine();
    List<Generation> abandoned = transitions.abandoned(PAGE);
    try {
      ringWhatRedisForgot(line);
      ringAbandoned(abandoned);
    } catch (RuntimeException e) {
      LOG.debug("Redis is away: {}", e.toString());
    }
    settleOrphans();
    leftovers.settle();
  }

  /** Only what was missing twice in a row: between commit and ring there is always a moment. */
  private void ringWhatRedisForgot(List<LineEntry> line) {
    if (line.isEmpty()) {
      missingBefore = Set.of();
      return;
    }
    Set<String> delivered = queue.waiting();
    boolean anyAged = line.stream().anyMatch(LineEntry::aged);
    Set<String> first = anyAged ? queue.waitingFirst() : Set.of();
    Set<String> missing = new HashSet<>();
    for (LineEntry entry : line) {
      // An aged one in its plan's queue was marked, but its ring was lost.
      if (!(entry.aged() ? first : delivered).contains(entry.id())) {
        missing.add(entry.id());
        if (missingBefore.contains(entry.id())) {
          ring(entry);
        }
      }
    }
    missingBefore = missing;
  }

  private void ring(LineEntry entry) {
    if (entry.aged()) {
      queue.ringFirst(entry.priority(), entry.id());
    } else {
      queue.ring(entry.priority(), entry.id());
    }
  }

  /** What was begun comes before what waits; one that is rung already keeps its place. */
  private void ringAbandoned(List<Generation> abandoned) {
    List<Generation> nobodys = abandoned.stream().filter(g -> !visits.holds(g.id())).toList();
    if (nobodys.isEmpty()) {
      return;
    }
    Set<String> first = queue.waitingFirst();
    for (Generation g : nobodys) {
      if (!first.contains(g.id())) {
        queue.ringFirst(g.deliveryPriority(), g.id());
      }
    }
  }

  /** Pages by time: a full page of attempts that cannot be settled yet hides nothing behind it. */
  private void settleOrphans() {
    List<Attempt> page = attempts.orphans(orphansAfter, PAGE);
    page.forEach(settlement::settle);
    orphansAfter = page.size() < PAGE ? Instant.EPOCH : page.get(page.size() - 1).startedAt();
  }
}
