package com.jadariselabs.video.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers that there are. Changed by one thread at a time, read by any without a lock. */
final class Crew {
  private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final QueueSettings settings;
  private final Autoscaler autoscaler;
  private final Function<String, Worker> hire;
  private volatile List<Worker> workers = List.of();

  /**
   * @param hire makes a worker of this id
   */
  Crew(QueueSettings settings, Function<String, Worker> hire) {
    this.settings = settings;
    this.autoscaler = new Autoscaler(settings.workersMin(), settings.workersMax());
    this.hire = hire;
  }

  /** Adds workers up to the minimum; beyond it one, or drains one, as the waiting jobs ask for. */
  void scale(IntSupplier waiting) {
    List<Worker> next = new ArrayList<>(workers);
    next.removeIf(Worker::isGone);
    int running = count(worker -> !worker.isDraining());
    int target = settings.workersMin();
    if (running >= target) {
      target = autoscaler.target(running, waiting.getAsInt());
    }
    if (target != running) {
      LOG.info("{} workers take jobs, {} before", target, running);
    }
    for (int n = running; n < target; n++) {
      next.add(hire.apply(freeId(next)));
    }
    if (target < running) {
      // The least busy one; of those the newest.
      next.stream()
          .filter(worker -> !worker.isDraining())
          .min(
              Comparator.comparingInt(Worker::taken)
                  .thenComparing(Worker::id, Comparator.reverseOrder()))
          .ifPresent(Worker::drain);
    }
    workers = List.copyOf(next);
  }

  /** Starts threads that have not begun, and those that have ended again. */
  void keepRunning() {
    workers.forEach(Worker::keepRunning);
  }

  void wake() {
    workers.forEach(Worker::wake);
  }

  /** Ends all threads, and waits for them at most so long. */
  void end(long millis) throws InterruptedException {
    List<Worker> ending = workers;
    ending.forEach(Worker::drain);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (Worker worker : ending) {
      worker.join(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }
  }

  /** As Jesque's register has them. */
  Set<String> names() {
    return workers.stream().map(Worker::jesqueName).collect(Collectors.toSet());
  }

  WorkerStats stats() {
    int running = 0;
    int slots = 0;
    int busy = 0;
    for (Worker worker : workers) {
      int taken = worker.taken();
      busy += taken;
      running += worker.isDraining() ? 0 : 1;
      slots += worker.isDraining() ? taken : settings.maxConcurrent();
    }
    return new WorkerStats(running, slots, busy, settings.workersMin(), settings.workersMax());
  }

  int freeSlots() {
    return workers.stream().filter(w -> !w.isDraining()).mapToInt(Worker::free).sum();
  }

  int busy() {
    return count(worker -> worker.taken() > 0);
  }

  int idle() {
    return count(worker -> worker.taken() == 0 && !worker.isDraining());
  }

  Optional<String> problem() {
    for (Worker worker : workers) {
      if (!worker.isDraining() && !worker.isAlive()) {
        return Optional.of("worker " + worker.id() + " has ended and waits to be started again");
      }
      if (!worker.isDraining() && worker.silenceNanos() > SILENT_NANOS) {
        return Optional.of("worker " + worker.id() + " takes no jobs");
      }
    }
    return Optional.empty();
  }

  private int count(Predicate<Worker> which) {
    return (int) workers.stream().filter(which).count();
  }

  /** The lowest one that nobody has, so that there are never more ids than workers. */
  private String freeId(List<Worker> others) {
    Set<String> used = others.stream().map(Worker::id).collect(Collectors.toSet());
    int n = 1;
    while (used.contains(settings.instanceId() + "-w" + n)) {
      n++;
    }
    return settings.instanceId() + "-w" + n;
  }
}
