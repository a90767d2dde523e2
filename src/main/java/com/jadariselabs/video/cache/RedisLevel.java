package com.jadariselabs.video.cache;

import com.jadariselabs.video.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the instances share: a hash of version and text per key, with a time to live. A Redis that
 * is away or slow is a miss, never an error. Thread-safe.
 */
public final class RedisLevel<V> {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLevel.class);
  private static final long PATIENCE_MILLIS = 250;

  /** Keeps the newest: a late writer of an older version is ignored. */
  private static final String KEEP =
      """
      local version = redis.call('HGET', KEYS[1], 'version')
      if not version or tonumber(version) <= tonumber(ARGV[1]) then
        redis.call('HSET', KEYS[1], 'version', ARGV[1], 'text', ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
      end
      return 1
      """;

  private final Redis redis;
  private final String prefix;
  private final Duration timeToLive;
  private final ToLongFunction<V> version;
  private final Function<V, String> write;
  private final Function<String, V> read;

  /**
   * @param prefix of the keys, with its separator at the end
   * @param version exact up to 2^53
   * @param read may throw on what it does not understand (another release's text): a miss
   */
  public RedisLevel(
      Redis redis,
      String prefix,
      Duration timeToLive,
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
                  .send(pipeline -> pipeline.hget(prefix + key, "text")::get)
                  .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
          .map(read);
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
            Long.toString(timeToLive.toMillis()));
    redis.send(pipeline -> pipeline.eval(KEEP, List.of(prefix + key), values)::get);
  }

  void drop(String key) {
    redis.send(pipeline -> pipeline.del(prefix + key)::get);
  }
}
