package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The generations that this process holds a lease of: visits each when its time has come, prolongs
 * all leases with one statement, lets go of what was lost. A generation takes a slot, never a
 * thread: between two visits it is an entry here and a timer. Thread-safe.
 */
final class Visits {
  private static final Logger LOG = LoggerFactory.getLogger(Visits.class);
  private static final Duration SURPRISE_PAUSE = Duration.ofSeconds(2);

  private final GenerationPipeline pipeline;
  private final Transitions transitions;
  private final Settlement settlement;
  private final PipelineSettings settings;
  private final ExecutorService steps;
  private final ScheduledExecutorService timers;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  Visits(
      GenerationPipeline pipeline,
      Transitions transitions,
      Settlement settlement,
      PipelineSettings settings,
      ExecutorService steps,
      ScheduledExecutorService timers) {
    this.pipeline = pipeline;
    this.transitions = transitions;
    this.settlement = settlement;
    this.settings = settings;
    this.steps = steps;
    this.timers = timers;
  }

  /** Starts the heartbeat: a third of the lease. */
  void start() {
    long period = Math.max(100, settings.lease().toMillis() / 3);
    timers.scheduleWithFixedDelay(
        () -> steps.execute(this::heartbeat), period, period, TimeUnit.MILLISECONDS);
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

  /** Somebody ended it from outside, a cancel for example. */
  void ended(String generationId) {
    if (held.containsKey(generationId)) {
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

  /** Claims nothing more, and gives what is left back without spending an attempt. */
  void stop() {
    stopping = true;
    Map<String, Long> tokens = tokens();
    held.values().forEach(Held::quiet);
    if (!tokens.isEmpty()) {
      transitions.giveBack(tokens);
      LOG.info("gave {} generations back", tokens.size());
    }
    Set.copyOf(held.keySet()).forEach(this::drop);
  }

  /** Claims nothing more from now on; what is held goes on. */
  void stopClaiming() {
    stopping = true;
  }

  private void claim(String workerId, String generationId, CompletableFuture<Void> slot) {
    MDC.put("generationId", generationId);
    try {
      Optional<Generation> claimed = transitions.claim(generationId, workerId, settings.lease());
      if (claimed.isEmpty()) {
        slot.complete(null);
        return;
      }
      Generation g = claimed.get();
      Work work = Work.of(g, transitions.presentAttempt(g).orElse(null));
      Held one = new Held(work, token(g), slot);
      Held before = held.put(generationId, one);
      if (before != null) {
        before.free();
      }
      one.run();
    } catch (RuntimeException e) {
      // The row says who holds it: whatever was lost here is found again when the lease runs out.
      LOG.warn("a claim failed: {}", e.getClass().getSimpleName());
      slot.complete(null);
    } finally {
      MDC.clear();
    }
  }

  private void heartbeat() {
    Map<String, Long> tokens = tokens();
    if (tokens.isEmpty()) {
      return;
    }
    try {
      Set<Long> alive = transitions.renew(tokens, settings.lease());
      tokens.forEach(
          (id, token) -> {
            Held one = held.get(id);
            if (!alive.contains(token) && one != null && one.token == token) {
              drop(id);
              settlement.settle(id);
            }
          });
    } catch (RuntimeException e) {
      LOG.warn("leases could not be prolonged: {}", e.getClass().getSimpleName());
    }
  }

  private Map<String, Long> tokens() {
    Map<String, Long> tokens = new HashMap<>();
    held.forEach((id, one) -> tokens.put(id, one.token));
    return tokens;
  }

  private static long token(Generation g) {
    Long token = g.leaseToken();
    if (token == null) {
      throw new IllegalStateException("claimed without a token");
    }
    return token;
  }

  /** One lease: its work as last written, its slot and its timer. One step runs at a time. */
  private final class Held {
    private final long token;
    private final CompletableFuture<Void> slot;
    private Work work;
    private boolean running;
    private boolean woken;
    private boolean dropped;
    private @Nullable ScheduledFuture<?> timer;

    Held(Work work, long token, CompletableFuture<Void> slot) {
      this.work = work;
      this.token = token;
      this.slot = slot;
    }

    /** Does a step now, on this thread, unless one is under way. */
    void run() {
      Work now;
      synchronized (this) {
        if (dropped) {
          return;
        }
        if (running) {
          woken = true;
          return;
        }
        running = true;
        woken = false;
        now = work;
      }
      Generation g = now.generation();
      MDC.put("generationId", g.id());
      MDC.put("traceId", g.traceId());
      MDC.put("userId", g.userId());
      try {
        pipeline.visit(now).whenComplete((next, failure) -> ended(next, failure));
      } catch (RuntimeException e) {
        ended(null, e);
      } finally {
        MDC.clear();
      }
    }

    synchronized void wake() {
      cancelTimer();
      execute();
    }

    synchronized void quiet() {
      dropped = true;
      cancelTimer();
    }

    void free() {
      quiet();
      slot.complete(null);
    }

    private void ended(@Nullable Next next, @Nullable Throwable failure) {
      if (next instanceof Next.Done) {
        String id = work.generation().id();
        held.remove(id, this);
        free();
        settlement.settle(id);
        return;
      }
      synchronized (this) {
        running = false;
        Duration in = SURPRISE_PAUSE;
        if (next instanceof Next.Again again) {
          work = again.work();
          in = woken ? Duration.ZERO : again.in();
        } else {
          LOG.warn("a step failed and is tried again: {}", reason(failure));
        }
        if (!dropped) {
          schedule(in);
        }
      }
    }

    private void schedule(Duration in) {
      try {
        if (in.isZero()) {
          execute();
        } else {
          timer = timers.schedule(this::execute, in.toMillis(), TimeUnit.MILLISECONDS);
        }
      } catch (RejectedExecutionException e) {
        dropped = true;
      }
    }

    private void execute() {
      try {
        steps.execute(this::run);
      } catch (RejectedExecutionException e) {
        LOG.debug("stopping");
      }
    }

    private void cancelTimer() {
      ScheduledFuture<?> pending = timer;
      timer = null;
      if (pending != null) {
        pending.cancel(false);
      }
    }

    /** Names only: a message may quote what a user wrote. */
    private String reason(@Nullable Throwable failure) {
      Throwable cause =
          failure != null && failure.getCause() != null ? failure.getCause() : failure;
      return cause == null ? "nothing was said" : cause.getClass().getName();
    }
  }
}
