package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Attempts;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.LogFields;
import com.jadariselabs.video.generation.Transitions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations that this process holds a lease of: visits each when its time has come, prolongs
 * all leases with one statement, lets go of what was lost. A generation takes a slot, never a
 * thread: between two visits it is an entry here and a timer. Thread-safe.
 */
final class Visits {
  private static final Logger LOG = LoggerFactory.getLogger(Visits.class);

  private final Transitions transitions;
  private final Attempts attempts;
  private final Settlement settlement;
  private final PipelineSettings settings;
  private final ExecutorService steps;
  private final Held.Ground ground;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  Visits(
      GenerationPipeline pipeline,
      Transitions transitions,
      Attempts attempts,
      Settlement settlement,
      PipelineSettings settings,
      ExecutorService steps,
      ScheduledExecutorService timers) {
    this.transitions = transitions;
    this.attempts = attempts;
    this.settlement = settlement;
    this.settings = settings;
    this.steps = steps;
    this.ground = new Held.Ground(pipeline, steps, timers, this::done);
  }

  /**
   * Starts the heartbeat: a third of the lease.
   *
   * @param beats a thread that nothing else can keep busy
   */
  void start(ScheduledExecutorService beats) {
    long period = Math.max(100, settings.lease().toMillis() / 3);
    beats.scheduleWithFixedDelay(this::heartbeat, period, period, TimeUnit.MILLISECONDS);
  }

  /**
   * Claims and works on a generation; what is not there to be claimed is no failure.
   *
   * @return completes when the slot is free again
   */
  CompletionStage<Void> visit(String workerId, String generationId) {
    CompletableFuture<Void> slot = new CompletableFuture<>();
    if (stopping || held.containsKey(generationId)) {
      slot.complete(null);
      return slot;
    }
    try {
      steps.execute(() -> claim(workerId, generationId, slot));
    } catch (RejectedExecutionException e) {
      slot.complete(null);
    }
    return slot;
  }

  /** How many generations are being worked on. */
  int size() {
    return held.size();
  }

  /** Whether this process works on it. */
  boolean holds(String generationId) {
    return held.containsKey(generationId);
  }

  /** Something happened: visit it now instead of when its time has come. */
  void nudge(String generationId) {
    Held one = held.get(generationId);
    if (one != null) {
      one.wake();
    }
  }

  /** Somebody ended it from outside, a cancel for example. News of an earlier run come too late. */
  void ended(String generationId, long seq) {
    Held one = held.get(generationId);
    if (one != null && seq > one.work().generation().seq()) {
      drop(generationId);
      settlement.settle(generationId);
    }
  }

  /** It has ended or is somebody else's: the slot is free, later writes find the fence. */
  void drop(String generationId) {
    Held one = held.remove(generationId);
    if (one != null) {
      one.free();
    }
  }

  /**
   * Claims nothing more, gives back what is held without spending an attempt, and waits for what is
   * nearly done. The heartbeat must go on meanwhile.
   *
   * @param patience for what is nearly done; then it is given back too
   */
  void stop(Duration patience) {
    stopping = true;
    Map<Held, CompletableFuture<Void>> nearly = new HashMap<>();
    for (Held one : List.copyOf(held.values())) {
      one.quiet();
      one.nearlyDone().ifPresent(end -> nearly.put(one, end));
    }
    giveBack(held.values().stream().filter(one -> !nearly.containsKey(one)).toList());
    if (!nearly.isEmpty()) {
      LOG.info("finishing {} generations that are nearly done", nearly.size());
      await(nearly.values(), patience);
    }
    giveBack(List.copyOf(held.values()));
  }

  private static void await(Collection<CompletableFuture<Void>> ends, Duration patience) {
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      LOG.info("not all of them came to their end");
    }
  }

  private void giveBack(Collection<Held> given) {
    if (given.isEmpty()) {
      return;
    }
    Map<String, Long> tokens = new HashMap<>();
    given.forEach(one -> tokens.put(one.id(), one.token()));
    try {
      transitions.giveBack(tokens);
      LOG.info("gave {} generations back", tokens.size());
    } catch (RuntimeException e) {
      LOG.warn("leases are left to run out: {}", e.getClass().getSimpleName());
    }
    tokens.keySet().forEach(this::drop);
  }

  private void claim(String workerId, String generationId, CompletableFuture<Void> slot) {
    if (stopping) {
      slot.complete(null);
      return;
    }
    try (var fields = LogFields.of(generationId)) {
      Optional<Generation> claimed = transitions.claim(generationId, workerId, settings.lease());
      if (claimed.isEmpty()) {
        slot.complete(null);
        return;
      }
      Generation g = claimed.get();
      Held one = new Held(ground, Work.of(g, begun(g)), g.token(), slot);
      Held before = held.put(generationId, one);
      if (before != null) {
        before.free();
      }
      if (stopping) {
        giveBack(List.of(one));
      }
      one.run();
    } catch (RuntimeException e) {
      // The row says who holds it: whatever was lost here is found again when the lease runs out.
      LOG.warn("a claim failed: {}", e.getClass().getSimpleName());
      slot.complete(null);
    }
  }

  /** An attempt is begun only once the prompt is enhanced: before that nobody needs to look. */
  private @Nullable Attempt begun(Generation g) {
    return "enhancing".equals(g.stage()) ? null : attempts.present(g).orElse(null);
  }

  private void done(Held one) {
    held.remove(one.id(), one);
    if (!one.collecting()) {
      settlement.settle(one.id());
    }
  }

  /** Prolongs all leases, and lets go of those that are lost. */
  void heartbeat() {
    Map<String, Long> tokens = new HashMap<>();
    held.forEach((id, one) -> tokens.put(id, one.token()));
    if (tokens.isEmpty()) {
      return;
    }
    try {
      Set<Long> alive = transitions.renew(tokens, settings.lease());
      tokens.forEach(
          (id, token) -> {
            Held one = held.get(id);
            if (!alive.contains(token) && one != null && one.token() == token) {
              drop(id);
              settlement.settle(id);
            }
          });
    } catch (RuntimeException e) {
      LOG.warn("leases could not be prolonged: {}", e.getClass().getSimpleName());
    }
  }
}
