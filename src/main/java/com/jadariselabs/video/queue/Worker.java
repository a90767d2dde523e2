package com.jadariselabs.video.queue;

import com.jadariselabs.video.redis.Redis;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import net.greghaines.jesque.Job;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: an id, its slots, and the Jesque thread that serves them. The slots outlive the
 * thread; a thread that ended is replaced, at first at once and then ever later.
 */
final class Worker {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final long FIRST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LONGEST_DELAY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A thread that lived so long died of something new. */
  private static final long HEALTHY_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final String id;
  private final QueueSettings settings;
  private final Redis redis;
  private final Queue queue;
  private final Workers.Handler handler;
  private final BooleanSupplier gate;
  private final AtomicInteger taken = new AtomicInteger();
  private volatile JesqueWorker jesque;
  private volatile @Nullable Thread thread;
  private volatile boolean draining;
  private long startedNanos;
  private long delayNanos;

  /**
   * @param gate whether this process takes jobs at all at present
   */
  Worker(
      String id,
      QueueSettings settings,
      Redis redis,
      Queue queue,
      Workers.Handler handler,
      BooleanSupplier gate) {
    this.id = id;
    this.settings = settings;
    this.redis = redis;
    this.queue = queue;
    this.handler = handler;
    this.gate = gate;
    this.jesque = newJesqueWorker();
  }

  String id() {
    return id;
  }

  /** As Jesque's register has it. */
  String jesqueName() {
    return jesque.getName();
  }

  int taken() {
    return taken.get();
  }

  int free() {
    return Math.max(0, settings.maxConcurrent() - taken.get());
  }

  boolean isDraining() {
    return draining;
  }

  boolean isAlive() {
    Thread current = thread;
    return current != null && current.isAlive();
  }

  /** Whether nothing of it is left. */
  boolean isGone() {
    return draining && taken.get() == 0 && !isAlive();
  }

  /** Nanoseconds since it last went round its loop without trouble. */
  long silenceNanos() {
    return System.nanoTime() - jesque.lastSoundNanos();
  }

  void wake() {
    jesque.wake();
  }

  /** Starts the thread, or replaces it when it has ended. Called by the supervisor alone. */
  void keepRunning() {
    if (draining || isAlive()) {
      return;
    }
    long now = System.nanoTime();
    boolean first = thread == null;
    if (!first) {
      if (delayNanos > 0 && now - startedNanos < delayNanos) {
        return;
      }
      boolean wasHealthy = now - startedNanos > HEALTHY_NANOS;
      delayNanos =
          wasHealthy || delayNanos == 0
              ? FIRST_DELAY_NANOS
              : Math.min(LONGEST_DELAY_NANOS, delayNanos * 2);
      LOG.warn("Worker {} had ended and is started again", id);
      jesque = newJesqueWorker();
    }
    startedNanos = now;
    Thread next = new Thread(jesque, id);
    next.setDaemon(true);
    thread = next;
    next.start();
  }

  /** Takes no more jobs; the slots that are taken finish. */
  void drain() {
    draining = true;
    jesque.end(false);
    jesque.wake();
  }

  /** Waits for the thread's end, not for the slots. */
  void join(long millis) throws InterruptedException {
    Thread current = thread;
    if (current != null) {
      current.join(Math.max(1, millis));
    }
  }

  private JesqueWorker newJesqueWorker() {
    return new JesqueWorker(
        id, settings, redis, queue, this::visitOf, () -> free() > 0 && gate.getAsBoolean());
  }

  private Runnable visitOf(Job job) {
    String generationId = Delivery.id(job);
    return () -> visit(generationId);
  }

  private void visit(String generationId) {
    taken.incrementAndGet();
    try {
      handler.visit(id, generationId).whenComplete((nothing, e) -> leaveSlot(generationId, e));
    } catch (Throwable e) {
      leaveSlot(generationId, e);
      if (e instanceof Error error) {
        throw error;
      }
    }
  }

  private void leaveSlot(String generationId, @Nullable Throwable e) {
    if (e != null) {
      LOG.error("A visit of {} by {} failed", generationId, id, e);
    }
    taken.decrementAndGet();
    jesque.wake();
  }
}
