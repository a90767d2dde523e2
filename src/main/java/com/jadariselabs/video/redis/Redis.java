package com.jadariselabs.video.redis;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPoolConfig;
import redis.clients.jedis.Pipeline;

/** The service's way to Redis. Thread-safe. */
public final class Redis implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 2_000;

  private final JedisPool pool;

  /** Connects lazily: a Redis that is away fails the single command, not the start. */
  public Redis(RedisSettings settings) {
    this.pool =
        new JedisPool(
            new JedisPoolConfig(),
            settings.host(),
            settings.port(),
            TIMEOUT_MILLIS,
            settings.password(),
            settings.tls());
  }

  /**
   * Sends commands; those of many callers share a round trip.
   *
   * @param commands puts commands on the pipeline (quickly, without waiting) and returns what reads
   *     their answers once they are there; {@code Response::get} fits
   * @return completes with the answer, or exceptionally when Redis cannot be reached or refuses
   */
  public <T> CompletableFuture<T> send(Function<Pipeline, Supplier<T>> commands) {
    try (Jedis jedis = pool.getResource()) {
      Pipeline pipeline = jedis.pipelined();
      Supplier<T> answer = commands.apply(pipeline);
      pipeline.sync();
      return CompletableFuture.completedFuture(answer.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A pool for commands that block, and for subscriptions. */
  public JedisPool pool() {
    return pool;
  }

  @Override
  public void close() {
    pool.close();
  }
}
