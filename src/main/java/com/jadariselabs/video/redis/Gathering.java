package com.jadariselabs.video.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * One connection, one thread: it takes what has queued up during the last round trip, writes it as
 * one pipeline, and completes each caller's answer. An idle connection adds no delay, since the
 * first call goes at once; a busy one shares its round trips.
 */
final class Gathering implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);

  /** Beyond it calls are refused: Redis is slower than its callers, and the heap is not endless. */
  private static final int CAPACITY = 16_384;

  /** Small enough for the socket's buffer, so that writing never waits for reading. */
  private static final int BATCH = 512;

  private static final int HEARTBEAT_MILLIS = 1_000;
  private static final int CLOSE_MILLIS = 3_000;

  private final Supplier<Jedis> connections;
  private final BlockingQueue<Call<?>> waiting = new LinkedBlockingQueue<>(CAPACITY);
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean up;

  /** Why calls fail at once; null while connected, and until the first try has ended. */
  private volatile @Nullable Throwable away;

  Gathering(String name, Supplier<Jedis> connections) {
    this.connections = connections;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  <T> CompletableFuture<T> send(Function<Pipeline, Supplier<T>> commands) {
    Call<T> call = new Call<>(commands, new Reply<>(thread));
    Throwable reason = away;
    if (closed) {
      call.fail(new JedisConnectionException("the connection to Redis is closed"));
    } else if (reason != null) {
      call.fail(new JedisConnectionException("Redis is away", reason));
    } else if (!waiting.offer(call)) {
      call.fail(new JedisConnectionException("Redis is too slow: too many commands wait for it"));
    } else if (closed) {
      failWaiting(new JedisConnectionException("the connection to Redis is closed"));
    }
    return call.reply;
  }

  boolean isUp() {
    return up;
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed) {
      try (Jedis jedis = connections.get()) {
        // Also refuses a Redis that is still loading its data set.
        jedis.ping();
        connected();
        backoff.reset();
        serve(jedis);
      } catch (InterruptedException e) {
        closed = true;
      } catch (Throwable e) {
        disconnected(e);
      }
      awaitNextTry(backoff);
    }
    up = false;
    failWaiting(new JedisConnectionException("the connection to Redis is closed"));
  }

  private void serve(Jedis jedis) throws InterruptedException {
    List<Call<?>> batch = new ArrayList<>(BATCH);
    while (!closed) {
      Call<?> first = waiting.poll(HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
      if (first == null) {
        // A connection that died in silence is found by this and not by somebody's command.
        jedis.ping();
        continue;
      }
      batch.add(first);
      waiting.drainTo(batch, BATCH - 1);
      roundTrip(jedis.pipelined(), batch);
      batch.clear();
    }
  }

  private static void roundTrip(Pipeline pipeline, List<Call<?>> batch) {
    try {
      for (Call<?> call : batch) {
        call.write(pipeline);
      }
      pipeline.sync();
    } catch (Throwable e) {
      batch.forEach(call -> call.fail(e));
      throw e;
    }
    batch.forEach(Call::answer);
  }

  private void connected() {
    if (away != null) {
      LOG.info("Redis is back");
    }
    away = null;
    up = true;
  }

  private void disconnected(Throwable e) {
    if (away == null && !closed) {
      LOG.warn("Redis is away: {}", e.getMessage());
    }
    up = false;
    away = e;
    failWaiting(new JedisConnectionException("Redis is away", e));
  }

  /** Waits, and fails at once what slipped into the queue when Redis had just gone. */
  private void awaitNextTry(Backoff backoff) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoff.nextMillis());
    try {
      for (long left; !closed && (left = deadline - System.nanoTime()) > 0; ) {
        Call<?> late = waiting.poll(left, TimeUnit.NANOSECONDS);
        if (late != null) {
          late.fail(new JedisConnectionException("Redis is away"));
        }
      }
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void failWaiting(JedisConnectionException reason) {
    for (Call<?> call; (call = waiting.poll()) != null; ) {
      call.fail(reason);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One caller's commands and the answer to them. Used by the one thread alone. */
  private static final class Call<T> {
    private final Function<Pipeline, Supplier<T>> commands;
    private final Reply<T> reply;
    private @Nullable Supplier<T> reader;

    Call(Function<Pipeline, Supplier<T>> commands, Reply<T> reply) {
      this.commands = commands;
      this.reply = reply;
    }

    @SuppressWarnings("deprecation") // Jedis' only way out of a transaction within a pipeline.
    void write(Pipeline pipeline) {
      try {
        reader = commands.apply(pipeline);
      } catch (JedisConnectionException e) {
        throw e;
      } catch (RuntimeException e) {
        reply.completeExceptionally(e);
      }
      if (pipeline.isInMulti()) {
        // Otherwise the neighbours' commands would end up in this caller's transaction.
        pipeline.discard();
        fail(new IllegalStateException("a transaction was left open"));
      }
    }

    void answer() {
      Supplier<T> answers = reader;
      if (answers == null) {
        return;
      }
      try {
        reply.complete(answers.get());
      } catch (RuntimeException e) {
        reply.completeExceptionally(e);
      }
    }

    void fail(Throwable e) {
      reply.completeExceptionally(e);
    }
  }
}
