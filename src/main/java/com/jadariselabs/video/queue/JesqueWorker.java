package com.jadariselabs.video.queue;

import com.jadariselabs.video.redis.Redis;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import net.greghaines.jesque.Config;
import net.greghaines.jesque.Job;
import net.greghaines.jesque.worker.JobFactory;
import net.greghaines.jesque.worker.NextQueueStrategy;
import net.greghaines.jesque.worker.WorkerPoolImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * A Jesque worker that pops within a millisecond of a ring, only while it may, and that outlives
 * whatever Redis answers. Jesque's own loop sleeps half a second when a queue is empty, five when
 * Redis is away, and ends on a full or read-only Redis; here the wait is inside {@link #pop}, which
 * comes back with a job or at the end alone.
 */
final class JesqueWorker extends WorkerPoolImpl {
  private static final Logger LOG = LoggerFactory.getLogger(JesqueWorker.class);

  /** Covers rings of other instances that the bell channel lost. */
  private static final long BACKSTOP_MILLIS = 100;

  private static final long FIRST_WAIT_MILLIS = 25;
  private static final long LONGEST_WAIT_MILLIS = 500;

  private final String workerId;
  private final Queue queue;
  private final BooleanSupplier mayPop;
  private final Semaphore wake = new Semaphore(0);
  private volatile long lastSoundNanos = System.nanoTime();
  private long waitMillis = FIRST_WAIT_MILLIS;
  private @Nullable String popped;

  /**
   * @param mayPop asked before and after each pop; what was popped when it turned false is put back
   */
  JesqueWorker(
      String workerId,
      QueueSettings settings,
      Redis redis,
      Queue queue,
      JobFactory jobs,
      BooleanSupplier mayPop) {
    super(
        new NamedConfig(workerId, settings.namespace()),
        Delivery.QUEUES,
        jobs,
        redis.pool(),
        NextQueueStrategy.RESET_TO_HIGHEST_PRIORITY);
    this.workerId = workerId;
    this.queue = queue;
    this.mayPop = mayPop;
  }

  /** To be called when there may be something to pop, or when it may pop again. */
  void wake() {
    // One permit is enough: it is taken back before the pop that finds what it stood for.
    if (wake.availablePermits() == 0) {
      wake.release();
    }
  }

  /** When it last went round its loop without trouble, by {@link System#nanoTime}. */
  long lastSoundNanos() {
    return lastSoundNanos;
  }

  @Override
  protected @Nullable String pop(String queues) {
    while (!isShutdown()) {
      wake.drainPermits();
      long patience = BACKSTOP_MILLIS;
      try {
        if (mayPop.getAsBoolean()) {
          String payload = super.pop(queues);
          sound();
          if (payload != null && mayPop.getAsBoolean()) {
            popped = payload;
            return payload;
          } else if (payload != null) {
            queue.putBack(payload, inFlightKey(queues));
          }
        } else {
          lastSoundNanos = System.nanoTime();
        }
      } catch (JedisException e) {
        patience = recover(e);
      }
      await(patience);
    }
    return null;
  }

  /** Calls the handler first and does Jesque's bookkeeping afterwards, in one round trip. */
  @Override
  protected void process(Job job, String queues) {
    try {
      execute(job, queues, getJobFactory().materializeJob(job));
    } catch (Exception e) {
      LOG.error("Worker {} cannot work on a job: {}", workerId, e.getMessage());
    } finally {
      String payload = popped;
      if (payload != null) {
        queue.handled(payload, inFlightKey(queues), getName());
      }
    }
  }

  @Override
  protected String createName() {
    return ((NamedConfig) config).workerName();
  }

  /** The thread keeps the name that it was given. */
  @Override
  protected void renameThread(String message) {}

  private void sound() {
    if (waitMillis > FIRST_WAIT_MILLIS) {
      LOG.info("Worker {} takes jobs again", workerId);
    }
    waitMillis = FIRST_WAIT_MILLIS;
    lastSoundNanos = System.nanoTime();
  }

  /** How long to wait before the next try. */
  private long recover(JedisException trouble) {
    if (trouble instanceof JedisNoScriptException) {
      try {
        loadRedisScripts();
        return 0;
      } catch (JedisException e) {
        trouble = e;
      }
    }
    if (waitMillis == FIRST_WAIT_MILLIS) {
      LOG.warn("Worker {} cannot take jobs: {}", workerId, trouble.getMessage());
    }
    waitMillis = Math.min(LONGEST_WAIT_MILLIS, waitMillis * 2);
    return waitMillis;
  }

  private void await(long millis) {
    try {
      wake.tryAcquire(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(false);
    }
  }

  private String inFlightKey(String queues) {
    return key("inflight", getName(), queues);
  }

  /** Carries the name into the superclass' constructor, which asks for it. */
  private static final class NamedConfig extends Config {
    private final String workerName;

    NamedConfig(String workerId, String namespace) {
      // The pool knows the address; of this only the namespace is read.
      super("localhost", 6379, 2_000, null, namespace, 0);
      this.workerName =
          workerId + ":" + ProcessHandle.current().pid() + ":" + String.join(",", Delivery.QUEUES);
    }

    String workerName() {
      return workerName;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return workerName.hashCode();
    }
  }
}
