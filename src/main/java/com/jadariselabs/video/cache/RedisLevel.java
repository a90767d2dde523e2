package com.jadariselabs.video.cache;

import com.jadariselabs.video.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the instances share: a hash of version, text and the end of its life per key. The version is
 * remembered for longer than the text is given out, so that a late load of an older state is
 * refused also when the newer one is no longer there. A Redis that is away or slow is a miss, never
 * an error. Thread-safe.
 */
public final class RedisLevel<V> {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLevel.class);
  private static final long PATIENCE_MILLIS = 250;
  private static final long VERSION_MILLIS = 60_000;

  /** Times are Redis' own: no two instances need agree on one. */
  private static final String FIND =
      """
      local found = redis.call('HMGET', KEYS[1], 'text', 'until')
      if not found[1] or not found[2] then return false end
      local now = redis.call('TIME')
      if tonumber(found[2]) <= now[1] * 1000 + math.floor(now[2] / 1000) then return false end
      return found[1]
      """;

  /** Keeps the newest: a late writer of an older version is ignored. */
  private static final String KEEP =
      """
      local version = redis.call('HGET', KEYS[1], 'version')
      if not version or tonumber(version) <= tonumber(ARGV[1]) then
        local now = redis.call('TIME')
        local till = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3]
        redis.call('HSET', KEYS[1], 'version', ARGV[1], 'text', ARGV[2], 'until', till)
        redis.call('PEXPIRE', KEYS[1], math.max(ARGV[3], %d))
      end
      return 1
      """
          .formatted(VERSION_MILLIS);

  private final Redis redis;
  private final String prefix;
  private final Function<V, Duration> timeToLive;
  private final ToLongFunction<V> version;
  private final Function<V, String> write;
  private final Function<String, V> read;

  /**
   * @param prefix of the keys, with its separator at the end
   * @param timeToLive of a value; shortened at random by up to a tenth
   * @param version exact up to 2^53
   * @param read may throw on what it does not understand (another release's text): a miss
   */
  public RedisLevel(
      Redis redis,
      String prefix,
      Function<V, Duration> timeToLive,
      ToLongFunction<V> version,
      Function<V, String> write,
      Function<String, V> read) {
    this.redis = redis;
    this.prefix = prefix;
    this.timeToLive = timeToLive;
    this.version = version;
    this.write = write;
    this.read = read;
  }

  Optional<V> find(String key) {
    try {
      return Optional.ofNullable(
              redis
                  .send(pipeline -> pipeline.eval(FIND, List.of(prefix + key), List.of())::get)
                  .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
          .map(text -> read.apply(text.toString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.debug("The shared cache did not answer: {}", e.getMessage());
      return Optional.empty();
    }
  }

  void keep(String key, V value) {
    List<String> values =
        List.of(
            Long.toString(version.applyAsLong(value)),
            write.apply(value),
            Long.toString(life(value)));
    redis.send(pipeline -> pipeline.eval(KEEP, List.of(prefix + key), values)::get);
  }

  private long life(V value) {
    long millis = timeToLive.apply(value).toMillis();
    return Math.max(1, millis - ThreadLocalRandom.current().nextLong(millis / 10 + 1));
  }

  void drop(String key) {
    redis.send(pipeline -> pipeline.del(prefix + key)::get);
  }
}
