package com.jadariselabs.video.cache;

import com.google.common.base.Ticker;
import com.jadariselabs.video.redis.Redis;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What all caches of the process have in common: the memory that they share out, the Redis behind
 * them, their metrics.
 *
 * @param maxBytes of all caches together
 * @param redis null: there is no level between memory and loader
 */
public record Caches(long maxBytes, @Nullable Redis redis, CacheMetrics metrics) {

  /**
   * How values are kept between the instances.
   *
   * @param prefix of the keys, with its separator at the end
   * @param timeToLive of a value
   * @param read may throw on what it does not understand: a miss
   */
  public record Shared<V>(
      String prefix,
      Function<V, Duration> timeToLive,
      Function<V, String> write,
      Function<String, V> read) {}

  /**
   * A cache.
   *
   * @param percent of the memory
   * @param weight of a value, in bytes
   */
  public <K, V> Cache<K, V> cache(
      int percent,
      Duration timeToLive,
      Duration absentTimeToLive,
      Function<K, Optional<V>> loader,
      ToLongFunction<V> version,
      ToIntFunction<V> weight,
      Shared<V> shared) {
    RedisLevel<V> level =
        redis == null
            ? null
            : new RedisLevel<>(
                redis,
                shared.prefix(),
                shared.timeToLive(),
                version,
                shared.write(),
                shared.read());
    return new Cache<>(
        new CacheSettings(Math.max(1, maxBytes * percent / 100), timeToLive, absentTimeToLive),
        loader,
        version,
        weight,
        level,
        metrics,
        Ticker.systemTicker());
  }
}
