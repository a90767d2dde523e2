package com.jadariselabs.video.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPoolConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.exceptions.JedisDataException;

/** The service's way to Redis. Thread-safe. Time-outs are two seconds everywhere. */
public final class Redis implements AutoCloseable {
  private static final Duration POOL_WAIT = Duration.ofSeconds(2);
  private static final int POOL_SIZE = 64;
  private static final int POOL_IDLE = 16;

  private final RedisSettings settings;
  private final JedisPool pool;
  private final Gathering gathering;
  private final Gathering news;
  private final ScheduledThreadPoolExecutor pinger;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  /** Connects in the background: a Redis that is away fails the single command, not the start. */
  public Redis(RedisSettings settings) {
    this.settings = settings;
    this.pool = new JedisPool(poolConfig(), settings.address(), settings.client(0));
    this.gathering = new Gathering("redis-io", this::connect);
    this.news = new Gathering("redis-news", this::connect);
    this.pinger =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "redis-pinger");
              thread.setDaemon(true);
              return thread;
            });
    pinger.setRemoveOnCancelPolicy(true);
  }

  /**
   * Sends commands; those of many callers share a round trip.
   *
   * <p>An error reply ({@link JedisDataException}: a missing script, no memory) fails the caller
   * that asked for it and no other. While Redis is known to be away every call fails at once; the
   * first calls after it went away fail within two seconds. Nothing is sent twice: after a failure
   * the commands may or may not have taken effect.
   *
   * <p>Continuations run on the connection's thread and hold up everybody's answers: they must be
   * short and must not wait; for anything more use an {@code …Async} method with an executor.
   *
   * @param commands puts commands on the pipeline (quickly, without waiting, without syncing or
   *     closing it) and returns what reads their answers once they are there; {@code Response::get}
   *     fits. It runs on the connection's thread
   * @return completes with the answer, or exceptionally when Redis cannot be reached or refuses
   */
  public <T> CompletableFuture<T> send(Function<Pipeline, Supplier<T>> commands) {
    return gathering.send(commands);
  }

  /**
   * As {@link #send}, for what nobody waits for: news to other instances, copies for the cache. On
   * a connection of its own, so that it is in nobody's way; in order among its like alone.
   */
  public <T> CompletableFuture<T> tell(Function<Pipeline, Supplier<T>> commands) {
    return news.send(commands);
  }

  /**
   * Whether Redis answered last; at most a second old, or two where it has stopped to answer
   * without closing the connection.
   */
  public boolean isUp() {
    return gathering.isUp();
  }

  /**
   * Listens to a channel until closed, through restarts of Redis. A connection that died in silence
   * is noticed within five seconds.
   *
   * @param onMessage called for each message, in order, on the subscription's thread
   * @param onRestored called there each time the subscription stands, the first time included: what
   *     was published before that moment may have been missed
   */
  public Subscription subscribe(String channel, Consumer<String> onMessage, Runnable onRestored) {
    Subscription subscription =
        new Subscription(this::connect, pinger, channel, onMessage, onRestored);
    subscriptions.add(subscription);
    return subscription;
  }

  /** What this Redis does when its memory is full; fails when it cannot be reached. */
  public CompletableFuture<Eviction> eviction() {
    return send(
        pipeline -> {
          var memory = pipeline.info("memory");
          return () -> {
            try {
              return Eviction.of(memory.get());
            } catch (JedisDataException e) {
              return Eviction.UNKNOWN;
            }
          };
        });
  }

  /** A pool for commands that block or bring much; at most {@value #POOL_SIZE} connections. */
  public JedisPool pool() {
    return pool;
  }

  /** Ends the subscriptions too. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    pinger.shutdownNow();
    gathering.close();
    news.close();
    pool.close();
  }

  private Jedis connect() {
    return new Jedis(settings.address(), settings.client(Subscription.SILENCE_MILLIS));
  }

  private static JedisPoolConfig poolConfig() {
    JedisPoolConfig config = new JedisPoolConfig();
    config.setMaxTotal(POOL_SIZE);
    config.setMaxIdle(POOL_IDLE);
    config.setMaxWait(POOL_WAIT);
    config.setJmxEnabled(false);
    return config;
  }
}
