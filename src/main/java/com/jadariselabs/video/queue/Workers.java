package com.jadariselabs.video.queue;

import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.Subscription;
import io.dropwizard.lifecycle.Managed;
import io.prometheus.client.CollectorRegistry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of this process. Each has {@code maxConcurrent} slots and pops a job only while one
 * of them is free; a slot is taken from the handler's call until the stage that it returned has
 * completed. Slots are counted, not threads: a worker is one thread.
 *
 * <p>A supervisor looks every second after threads that ended, the number of workers and the keys
 * of dead processes. {@link #stats()} and {@link #problem()} never block.
 */
public final class Workers implements Managed {
  /** What is done with a job. */
  public interface Handler {
    /**
     * Called on the worker's thread, which pops nothing meanwhile: quick, everything that waits
     * belongs into the stage. The same id may come twice, also at the same time.
     *
     * @param workerId {@code {instance id}-w{n}}, one of at most {@code WORKERS_MAX} per process
     * @return completes when the slot is free again, with whatever result
     */
    CompletionStage<?> visit(String workerId, String generationId);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final long TICK_MILLIS = 1_000;
  private static final int TICKS_BETWEEN_CLEANUPS = 60;
  private static final long BEAT_SECONDS = 3;
  private static final long STOP_MILLIS = 5_000;
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Redis redis;
  private final Queue queue;
  private final QueueSettings settings;
  private final Supplier<Map<Priority, Integer>> waiting;
  private final Instances instances;
  private final Autoscaler autoscaler;
  private final ScheduledExecutorService supervisor;
  private volatile boolean claiming;
  private volatile @Nullable Handler handler;
  private volatile List<Worker> workers = List.of();
  private volatile @Nullable Subscription bell;
  private boolean joined;
  private boolean registered = true;
  private int ticks;

  /**
   * @param waiting jobs that wait, by priority: for the metric and the autoscaler; may block, may
   *     throw
   * @param registry where {@code video_queue_length} and {@code video_workers} are put
   */
  public Workers(
      Redis redis,
      Queue queue,
      QueueSettings settings,
      Supplier<Map<Priority, Integer>> waiting,
      CollectorRegistry registry) {
    this.redis = redis;
    this.queue = queue;
    this.settings = settings;
    this.waiting = waiting;
    this.instances = new Instances(redis, settings);
    this.autoscaler = new Autoscaler(settings.workersMin(), settings.workersMax());
    this.supervisor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "workers-supervisor");
              thread.setDaemon(true);
              return thread;
            });
    registry.register(new QueueMetrics(waiting, this::busyWorkers, this::idleWorkers));
    queue.onRing(this::wake);
  }

  /** Says what to do with jobs; before {@link #start()}, once. */
  public void listen(Handler handler) {
    this.handler = handler;
  }

  /**
   * Starts the workers, in the background: a Redis that is away is waited for.
   *
   * @throws IllegalStateException when nobody listens
   */
  @Override
  public void start() {
    if (settings.workersMax() == 0) {
      return;
    }
    if (handler == null) {
      throw new IllegalStateException("nobody listens");
    }
    claiming = true;
    bell = redis.subscribe(queue.bell(), this::onBell, this::wake);
    supervisor.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** No job is taken from now on; those in progress go on. What was just popped is put back. */
  public void stopClaiming() {
    claiming = false;
    wake();
  }

  /** Stops claiming and ends the workers' threads; does not wait for jobs in progress. */
  @Override
  public void stop() {
    stopClaiming();
    Subscription subscription = bell;
    if (subscription != null) {
      subscription.close();
    }
    supervisor.shutdown();
    try {
      if (!supervisor.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("The workers' supervisor does not end");
      }
      endThreads();
      instances.leave().get(BEAT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("The workers end without Redis: others will clean up after them");
    }
  }

  private void endThreads() throws InterruptedException {
    List<Worker> ending = workers;
    ending.forEach(Worker::drain);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
    for (Worker worker : ending) {
      worker.join(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }
  }

  /** The workers and slots of this process, now. */
  public WorkerStats stats() {
    int running = 0;
    int slots = 0;
    int busy = 0;
    for (Worker worker : workers) {
      int taken = worker.taken();
      busy += taken;
      if (worker.isDraining()) {
        slots += taken;
      } else {
        running++;
        slots += settings.maxConcurrent();
      }
    }
    return new WorkerStats(running, slots, busy, settings.workersMin(), settings.workersMax());
  }

  /** Jobs that this process could take up now. */
  public int freeSlots() {
    return workers.stream().filter(w -> !w.isDraining()).mapToInt(Worker::free).sum();
  }

  /** What is wrong with the workers, in a sentence; empty when nothing is. */
  public Optional<String> problem() {
    if (!claiming) {
      return Optional.empty();
    }
    if (!redis.isUp()) {
      return Optional.of("the workers cannot reach Redis");
    }
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

  /** One look of the supervisor. */
  void tick() {
    try {
      if (!claiming || !redis.isUp()) {
        return;
      }
      boolean cleanUp = ticks++ % TICKS_BETWEEN_CLEANUPS == 0;
      instances.beat(names()).get(BEAT_SECONDS, TimeUnit.SECONDS);
      if (cleanUp) {
        instances.removeDead(names());
      }
      joined = true;
      registered = true;
    } catch (Exception e) {
      if (registered) {
        LOG.warn("The workers' register cannot be kept at present: {}", e.getMessage());
      }
      registered = false;
    }
    try {
      if (joined) {
        scale();
        workers.forEach(Worker::keepRunning);
      }
    } catch (RuntimeException e) {
      LOG.error("The workers could not be looked after", e);
    }
  }

  private void scale() {
    List<Worker> next = new ArrayList<>(workers);
    next.removeIf(Worker::isGone);
    int running = (int) next.stream().filter(w -> !w.isDraining()).count();
    int target = running < settings.workersMin() ? settings.workersMin() : target(running);
    while (running < target) {
      next.add(newWorker(next));
      running++;
    }
    if (running > target) {
      next.stream()
          .filter(w -> !w.isDraining())
          .min(Comparator.comparingInt(Worker::taken)
                  .thenComparing(Worker::id, Comparator.reverseOrder()))
          .ifPresent(Worker::drain);
    }
    if (target != stats().running()) {
      LOG.info("{} workers take jobs", target);
    }
    workers = List.copyOf(next);
  }

  private int target(int running) {
    if (queue.isPaused()) {
      return running;
    }
    try {
      int jobs = waiting.get().values().stream().mapToInt(Integer::intValue).sum();
      return autoscaler.target(running, jobs);
    } catch (RuntimeException e) {
      LOG.debug("How many jobs wait is not known at present: {}", e.getMessage());
      return running;
    }
  }

  private Worker newWorker(List<Worker> others) {
    Handler visits = handler;
    if (visits == null) {
      throw new IllegalStateException("nobody listens");
    }
    Set<String> used = others.stream().map(Worker::id).collect(Collectors.toSet());
    int n = 1;
    while (used.contains(settings.instanceId() + "-w" + n)) {
      n++;
    }
    return new Worker(
        settings.instanceId() + "-w" + n,
        settings,
        redis,
        queue,
        visits,
        () -> claiming && !queue.isPaused());
  }

  private void onBell(String instanceId) {
    if (!instanceId.equals(settings.instanceId())) {
      wake();
    }
  }

  private void wake() {
    workers.forEach(Worker::wake);
  }

  private Set<String> names() {
    return workers.stream().map(Worker::jesqueName).collect(Collectors.toSet());
  }

  private int busyWorkers() {
    return (int) workers.stream().filter(w -> w.taken() > 0).count();
  }

  private int idleWorkers() {
    return (int) workers.stream().filter(w -> w.taken() == 0 && !w.isDraining()).count();
  }
}
