package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.LogFields;
import com.jadariselabs.video.generation.Transitions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease: its work as last written, its slot and its timer. One step runs at a time; one that
 * ends after the lease was let go of changes nothing here. Thread-safe.
 */
final class Held {
  private static final Logger LOG = LoggerFactory.getLogger(Held.class);
  private static final Duration SURPRISE_PAUSE = Duration.ofSeconds(2);
  private static final int MOST_SURPRISES = 5;

  /**
   * What steps run on.
   *
   * @param done told when nothing more is to be done under a lease
   */
  record Ground(
      GenerationPipeline pipeline,
      ExecutorService steps,
      ScheduledExecutorService timers,
      Consumer<Held> done) {}

  private final Ground on;
  private final long token;
  private final CompletableFuture<Void> slot;
  private Work work;
  private boolean running;
  private boolean woken;
  private boolean dropped;
  private int surprises;
  private CompletableFuture<Void> stepEnd = CompletableFuture.completedFuture(null);
  private @Nullable ScheduledFuture<?> timer;

  Held(Ground on, Work work, long token, CompletableFuture<Void> slot) {
    this.on = on;
    this.work = work;
    this.token = token;
    this.slot = slot;
  }

  String id() {
    return work().generation().id();
  }

  long token() {
    return token;
  }

  /** Does a step now, on this thread, unless one is under way. */
  void run() {
    CompletableFuture<Void> end = new CompletableFuture<>();
    Work now;
    boolean broken;
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
      stepEnd = end;
      now = work;
      broken = surprises >= MOST_SURPRISES;
    }
    try (var fields = LogFields.of(now.generation())) {
      CompletionStage<Next> step = broken ? on.pipeline().broken(now) : on.pipeline().visit(now);
      step.whenComplete((next, failure) -> ended(next, failure, end));
    } catch (RuntimeException e) {
      ended(null, e, end);
    }
  }

  synchronized void wake() {
    cancelTimer();
    execute();
  }

  /** No more steps; one that is under way may end. */
  synchronized void quiet() {
    dropped = true;
    cancelTimer();
  }

  /** Lets go: the slot is free. */
  void free() {
    quiet();
    slot.complete(null);
  }

  /** Whether its output is being kept: then nothing of it runs at the provider. */
  boolean collecting() {
    return work().step() == Step.COLLECT;
  }

  /**
   * A step under way that it would be a waste to leave to another: an output being kept, a create
   * whose answer is on its way.
   *
   * @return completes when that step has ended
   */
  synchronized Optional<CompletableFuture<Void>> nearlyDone() {
    boolean worthIt = work.step() == Step.COLLECT || work.step() == Step.CREATE;
    return running && worthIt ? Optional.of(stepEnd) : Optional.empty();
  }

  /** The end of that step: when it is told, the next one may already be under way. */
  private void ended(
      @Nullable Next next, @Nullable Throwable failure, CompletableFuture<Void> end) {
    Generation g = work().generation();
    try (var fields = LogFields.of(g)) {
      if (next instanceof Next.Done) {
        free();
        on.done().accept(this);
      } else {
        goOn(next, failure);
      }
    } finally {
      end.complete(null);
    }
  }

  private synchronized void goOn(@Nullable Next next, @Nullable Throwable failure) {
    running = false;
    if (dropped) {
      // Somebody else's by now, or everybody's: at the end of the process for one.
      LOG.debug("a step ended after its lease was let go of: {}", reason(failure));
      return;
    }
    Duration in = SURPRISE_PAUSE;
    if (next instanceof Next.Again again) {
      work = again.work();
      surprises = 0;
      in = woken ? Duration.ZERO : again.in();
    } else {
      work = work.interrupted();
      surprises += Transitions.databaseFailed(failure) ? 0 : 1;
      LOG.warn("a step failed and is tried again: {}", reason(failure));
    }
    schedule(in);
  }

  private void schedule(Duration in) {
    try {
      if (in.isZero()) {
        execute();
      } else {
        timer = on.timers().schedule(this::execute, in.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (RejectedExecutionException e) {
      dropped = true;
    }
  }

  private void execute() {
    try {
      on.steps().execute(this::run);
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

  synchronized Work work() {
    return work;
  }

  /** Names only: a message may quote what a user wrote. */
  private static String reason(@Nullable Throwable failure) {
    Throwable cause = failure != null && failure.getCause() != null ? failure.getCause() : failure;
    return cause == null ? "nothing was said" : cause.getClass().getName();
  }
}
