package com.jadariselabs.video.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Values by key: from memory, else from Redis where there is such a level, else from the loader,
 * once per key however many ask. Thread-safe; a hit takes no lock.
 *
 * <p>Values have versions that grow with each change, and an older one never takes a newer one's
 * place: neither a late load nor a late message brings back the past. A load that was under way
 * when its key was invalidated is answered to those who waited for it, and not kept.
 */
public final class Cache<K, V> {
  /** Longer than any load takes, or any value is kept. */
  private static final Duration FLOORS_HOLD = Duration.ofSeconds(30);

  private static final long MOST_FLOORS = 100_000;

  private final CacheSettings settings;
  private final Function<K, Optional<V>> loader;
  private final ToLongFunction<V> version;
  private final @Nullable RedisLevel<V> shared;
  private final CacheMetrics metrics;
  private final Ticker ticker;
  private final com.github.benmanes.caffeine.cache.Cache<K, Entry<V>> memory;
  private final com.github.benmanes.caffeine.cache.Cache<K, Long> floors;
  private final ConcurrentMap<K, Load<V>> loads = new ConcurrentHashMap<>();

  /**
   * @param loader asked on the caller's thread; may throw, then nothing is kept and all who wait
   *     for it get the same exception
   * @param version grows with each change of a value
   * @param weight of a value in memory, in the unit of {@link CacheSettings#maxWeight()}
   * @param shared the level between the instances, or null for none; its keys are the keys' text
   * @param ticker monotonic time
   */
  public Cache(
      CacheSettings settings,
      Function<K, Optional<V>> loader,
      ToLongFunction<V> version,
      ToIntFunction<V> weight,
      @Nullable RedisLevel<V> shared,
      CacheMetrics metrics,
      Ticker ticker) {
    this.settings = settings;
    this.loader = loader;
    this.version = version;
    this.shared = shared;
    this.metrics = metrics;
    this.ticker = ticker;
    this.floors =
        Caffeine.newBuilder()
            .maximumSize(MOST_FLOORS)
            .expireAfterWrite(FLOORS_HOLD)
            .executor(Runnable::run)
            .build();
    this.memory =
        // Reads take no lock: a writer is never kept waiting by those who only look.
        Caffeine.newBuilder()
            .maximumWeight(settings.maxWeight())
            .executor(Runnable::run)
            .<K, Entry<V>>weigher((key, entry) -> entry.value().map(weight::applyAsInt).orElse(1))
            .build();
  }

  /** The value, or empty when there is none; loads it where it is not at hand. */
  public Optional<V> get(K key) {
    Entry<V> entry = fresh(key);
    metrics.memory.count(entry != null);
    return entry != null ? entry.value() : load(key);
  }

  /** The value if it is in memory. Never blocks, loads or counts. */
  public Optional<V> peek(K key) {
    Entry<V> entry = fresh(key);
    return entry == null ? Optional.empty() : entry.value();
  }

  /** The value if it is in memory or in Redis; asks no loader. */
  public Optional<V> find(K key) {
    Entry<V> entry = fresh(key);
    metrics.memory.count(entry != null);
    if (entry != null || shared == null) {
      return entry == null ? Optional.empty() : entry.value();
    }
    Optional<V> found = shared.find(key.toString());
    metrics.redis.count(found.isPresent());
    found.ifPresent(value -> keep(key, Optional.of(value), ticker.read()));
    return found;
  }

  /** Keeps a value that was just written, on all levels, unless a newer one is there. */
  public void put(K key, V value) {
    Load<V> load = loads.get(key);
    if (load != null) {
      load.offer(value, version);
    }
    keep(key, Optional.of(value), ticker.read());
    share(key, value);
  }

  /**
   * A state of this version is known to be there: what is older is forgotten, and a load that read
   * the past is not kept, whenever it ends.
   */
  public void outdate(K key, long newer) {
    Entry<V> present = memory.getIfPresent(key);
    if (present != null && present.version() >= newer) {
      return;
    }
    floors.asMap().merge(key, newer, Math::max);
    Load<V> load = loads.remove(key);
    if (load != null) {
      load.outdate();
    }
    memory.asMap().computeIfPresent(key, (any, entry) -> entry.version() < newer ? null : entry);
  }

  /** Forgets a key on all levels: the next one who asks gets what is true by then. */
  public void invalidate(K key) {
    Load<V> load = loads.remove(key);
    if (load != null) {
      load.outdate();
    }
    memory.invalidate(key);
    if (shared != null) {
      shared.drop(key.toString());
    }
  }

  /** Forgets everything in memory: after messages of other instances may have been missed. */
  public void clear() {
    loads.forEach(
        (key, load) -> {
          load.outdate();
          loads.remove(key, load);
        });
    memory.invalidateAll();
  }

  private @Nullable Entry<V> fresh(K key) {
    Entry<V> entry = memory.getIfPresent(key);
    return entry != null && entry.isFresh(ticker.read()) ? entry : null;
  }

  private Optional<V> load(K key) {
    Load<V> mine = new Load<>();
    Load<V> other = loads.putIfAbsent(key, mine);
    if (other != null) {
      return other.await();
    }
    try {
      Optional<V> result = find(key, mine);
      mine.answer(result);
      return result;
    } catch (Throwable e) {
      mine.fail(e);
      throw e;
    } finally {
      loads.remove(key, mine);
    }
  }

  private Optional<V> find(K key, Load<V> mine) {
    // Another load may have ended between the look into memory and this one's begin.
    Entry<V> entry = fresh(key);
    if (entry != null) {
      return entry.value();
    }
    // A value's life begins before it is read: however long that takes, it is not older.
    long begun = ticker.read();
    if (shared != null) {
      Optional<V> found = shared.find(key.toString()).filter(value -> current(key, value));
      metrics.redis.count(found.isPresent());
      if (found.isPresent()) {
        return mine.end(found, version, value -> keep(key, value, begun));
      }
    }
    Optional<V> loaded = loader.apply(key);
    metrics.loader.count(loaded.isPresent());
    return mine.end(
        loaded,
        version,
        value -> {
          keep(key, value, begun);
          value.filter(present -> current(key, present)).ifPresent(present -> share(key, present));
        });
  }

  private void share(K key, V value) {
    if (shared != null) {
      shared.keep(key.toString(), value);
    }
  }

  /** Whether nothing newer is known of. */
  private boolean current(K key, V value) {
    Long floor = floors.getIfPresent(key);
    return floor == null || version.applyAsLong(value) >= floor;
  }

  private void keep(K key, Optional<V> value, long begun) {
    if (value.isPresent() && !current(key, value.get())) {
      return;
    }
    long now = ticker.read();
    Entry<V> next = new Entry<>(value, versionOf(value), begun + lifeNanos(value));
    memory
        .asMap()
        .merge(
            key,
            next,
            (old, candidate) ->
                old.isFresh(now) && old.version() > candidate.version() ? old : candidate);
  }

  private long versionOf(Optional<V> value) {
    return value.isPresent() ? version.applyAsLong(value.get()) : Long.MIN_VALUE;
  }

  private long lifeNanos(Optional<V> value) {
    Duration life = value.isPresent() ? settings.timeToLive() : settings.absentTimeToLive();
    long nanos = life.toNanos();
    return nanos - ThreadLocalRandom.current().nextLong(nanos / 10 + 1);
  }

  private record Entry<V>(Optional<V> value, long version, long endNanos) {
    boolean isFresh(long nowNanos) {
      return endNanos - nowNanos > 0;
    }
  }

  /** One load under way, and what was said about its key meanwhile. */
  private static final class Load<V> {
    private final CompletableFuture<Optional<V>> answer = new CompletableFuture<>();
    private Optional<V> newest = Optional.empty();
    private boolean outdated;

    synchronized void offer(V value, ToLongFunction<V> version) {
      newest = newer(newest, Optional.of(value), version);
    }

    synchronized void outdate() {
      outdated = true;
    }

    synchronized Optional<V> end(
        Optional<V> loaded,
        ToLongFunction<V> version,
        java.util.function.Consumer<Optional<V>> keep) {
      Optional<V> result = newer(loaded, newest, version);
      if (!outdated) {
        keep.accept(result);
      }
      return result;
    }

    void answer(Optional<V> result) {
      answer.complete(result);
    }

    void fail(Throwable e) {
      answer.completeExceptionally(e);
    }

    Optional<V> await() {
      try {
        return answer.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw e;
      }
    }

    private static <V> Optional<V> newer(Optional<V> a, Optional<V> b, ToLongFunction<V> version) {
      if (a.isEmpty() || b.isEmpty()) {
        return a.isEmpty() ? b : a;
      }
      return version.applyAsLong(b.get()) > version.applyAsLong(a.get()) ? b : a;
    }
  }
}
