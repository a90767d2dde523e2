package com.jadariselabs.video.queue;

import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.Subscription;
import io.dropwizard.lifecycle.Managed;
import io.prometheus.client.CollectorRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of this process. Each has {@code maxConcurrent} slots and pops a job only while one
 * of them is free; a slot is taken from the handler's call until the stage that it returned has
 * completed. Slots are counted, not threads: a worker is one thread.
 *
 * <p>A supervisor looks every second after threads that ended, the number of workers and the keys
 * of dead processes. {@link #stats()}, {@link #freeSlots()} and {@link #problem()} never block.
 */
public final class Workers implements Managed {
  /** What is done with a job. */
  public interface Handler {
    /**
     * Called on the worker's thread, which pops nothing meanwhile: quick, everything that waits
     * belongs into the stage. The same id may come twice, also at the same time.
     *
     * @param workerId {@code {instance id}-w{n}}, one of at most {@code WORKERS_MAX} per process
     *     besides those that only finish what they have
     * @return completes when the slot is free again, with whatever result
     */
    CompletionStage<?> visit(String workerId, String generationId);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final long TICK_MILLIS = 1_000;
  private static final int TICKS_BETWEEN_CLEANUPS = 60;
  private static final long REGISTER_SECONDS = 3;
  private static final long STOP_MILLIS = 5_000;

  private final Redis redis;
  private final Queue queue;
  private final QueueSettings settings;
  private final Supplier<Map<Priority, Integer>> waiting;
  private final Instances instances;
  private final Crew crew;
  private final ScheduledExecutorService supervisor;
  private volatile boolean claiming;
  private volatile @Nullable Handler handler;
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
    this.crew = new Crew(settings, this::newWorker);
    this.supervisor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "workers-supervisor");
              thread.setDaemon(true);
              return thread;
            });
    registry.register(new QueueMetrics(waiting, crew::busy, crew::idle));
    queue.onRing(crew::wake);
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
    bell = redis.subscribe(queue.bell(), this::onBell, crew::wake);
    supervisor.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** No job is taken from now on; those in progress go on. What was just popped is put back. */
  public void stopClaiming() {
    claiming = false;
    crew.wake();
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
      crew.end(STOP_MILLIS);
      instances.leave().get(REGISTER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("The workers end without Redis: others will clean up after them");
    }
  }

  /** The workers and slots of this process, now. */
  public WorkerStats stats() {
    return crew.stats();
  }

  /** Jobs that this process could take up now. */
  public int freeSlots() {
    return crew.freeSlots();
  }

  /** What is wrong with the workers, in a sentence; empty when nothing is. */
  public Optional<String> problem() {
    if (!claiming) {
      return Optional.empty();
    }
    return redis.isUp() ? crew.problem() : Optional.of("the workers cannot reach Redis");
  }

  /** One look of the supervisor. */
  synchronized void tick() {
    if (!claiming || !redis.isUp()) {
      return;
    }
    register();
    try {
      if (joined) {
        crew.scale(this::waitingJobs);
        crew.keepRunning();
      }
    } catch (RuntimeException e) {
      LOG.error("The workers could not be looked after", e);
    }
  }

  private void register() {
    boolean cleanUp = ticks++ % TICKS_BETWEEN_CLEANUPS == 0;
    try {
      instances.beat(crew.names()).get(REGISTER_SECONDS, TimeUnit.SECONDS);
      if (cleanUp) {
        instances.removeDead(crew.names());
      }
      joined = true;
      registered = true;
    } catch (Exception e) {
      if (registered) {
        LOG.warn("The workers' register cannot be kept at present: {}", e.getMessage());
      }
      registered = false;
    }
  }

  /** As far as more workers could help; a number that asks for no change where it is not known. */
  private int waitingJobs() {
    if (queue.isPaused()) {
      return Autoscaler.QUIET;
    }
    try {
      return waiting.get().values().stream().mapToInt(Integer::intValue).sum();
    } catch (RuntimeException e) {
      LOG.debug("How many jobs wait is not known at present: {}", e.getMessage());
      return Autoscaler.QUIET;
    }
  }

  private Worker newWorker(String id) {
    Handler visits = handler;
    if (visits == null) {
      throw new IllegalStateException("nobody listens");
    }
    return new Worker(id, settings, redis, queue, visits, () -> claiming && !queue.isPaused());
  }

  private void onBell(String instanceId) {
    if (!instanceId.equals(settings.instanceId())) {
      crew.wake();
    }
  }
}
