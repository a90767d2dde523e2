package com.jadariselabs.video.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.base.Ticker;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import com.jadariselabs.video.testing.Servers;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CacheTest {
  private static final CacheSettings SETTINGS =
      new CacheSettings(1_000, Duration.ofMinutes(1), Duration.ofSeconds(1));

  /** A value of a version. */
  private record Row(String text, long version) {}

  private final Map<String, Row> rows = new ConcurrentHashMap<>();
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicLong now = new AtomicLong();
  private final CollectorRegistry registry = new CollectorRegistry();
  private final CacheMetrics metrics = new CacheMetrics(registry);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void a_value_is_loaded_once_and_then_comes_from_memory() {
    Cache<String, Row> cache = cache(this::row);
    rows.put("a", new Row("one", 1));
    assertThat(cache.get("a")).contains(new Row("one", 1));
    assertThat(cache.get("a")).contains(new Row("one", 1));
    assertThat(loads).hasValue(1);
    assertThat(requests("l1", "hit")).isEqualTo(1);
    assertThat(requests("l1", "miss")).isEqualTo(1);
    assertThat(requests("l4", "hit")).isEqualTo(1);
    assertThat(requests("l4", "miss")).isZero();
    assertThat(requests("l2", "hit")).isZero();
    assertThat(requests("l2", "miss")).isZero();
  }

  @Test
  void many_who_ask_at_the_same_time_share_one_load() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    Cache<String, Row> cache =
        cache(
            key -> {
              pass(gate);
              return row(key);
            });
    rows.put("a", new Row("one", 1));
    List<Future<Optional<Row>>> answers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      answers.add(threads.submit(() -> cache.get("a")));
    }
    await().until(() -> requests("l1", "miss") == 16);
    gate.countDown();
    for (Future<Optional<Row>> answer : answers) {
      assertThat(answer.get(5, TimeUnit.SECONDS)).contains(new Row("one", 1));
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void an_older_value_never_takes_a_newer_ones_place() {
    Cache<String, Row> cache = cache(this::row);
    cache.put("a", new Row("two", 2));
    cache.put("a", new Row("one", 1));
    assertThat(cache.get("a")).contains(new Row("two", 2));
  }

  @Test
  void a_load_that_read_the_past_does_not_bring_it_back() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Cache<String, Row> cache = cache(readThenWait(read, gate));
    rows.put("a", new Row("old", 1));
    Future<Optional<Row>> late = threads.submit(() -> cache.get("a"));
    pass(read);
    cache.put("a", new Row("new", 2));
    gate.countDown();
    assertThat(late.get(5, TimeUnit.SECONDS)).contains(new Row("new", 2));
    assertThat(cache.get("a")).contains(new Row("new", 2));
  }

  @Test
  void a_load_under_way_when_its_key_is_invalidated_is_not_kept() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Cache<String, Row> cache = cache(readThenWait(read, gate));
    rows.put("a", new Row("old", 1));
    Future<Optional<Row>> late = threads.submit(() -> cache.get("a"));
    pass(read);
    rows.put("a", new Row("new", 2));
    cache.invalidate("a");
    gate.countDown();
    assertThat(late.get(5, TimeUnit.SECONDS)).contains(new Row("old", 1));
    assertThat(cache.get("a")).contains(new Row("new", 2));
  }

  @Test
  void a_load_under_way_when_everything_is_cleared_is_not_kept() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Cache<String, Row> cache = cache(readThenWait(read, gate));
    rows.put("a", new Row("old", 1));
    Future<Optional<Row>> late = threads.submit(() -> cache.get("a"));
    pass(read);
    rows.put("a", new Row("new", 2));
    cache.clear();
    gate.countDown();
    late.get(5, TimeUnit.SECONDS);
    assertThat(cache.get("a")).contains(new Row("new", 2));
  }

  @Test
  void what_does_not_exist_is_believed_for_a_short_time_only() {
    Cache<String, Row> cache = cache(this::row);
    assertThat(cache.get("a")).isEmpty();
    rows.put("a", new Row("one", 1));
    assertThat(cache.get("a")).isEmpty();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(cache.get("a")).contains(new Row("one", 1));
    assertThat(requests("l4", "miss")).isEqualTo(1);
  }

  @Test
  void what_did_not_exist_is_there_once_it_was_put() {
    Cache<String, Row> cache = cache(this::row);
    assertThat(cache.get("a")).isEmpty();
    cache.put("a", new Row("one", 0));
    assertThat(cache.get("a")).contains(new Row("one", 0));
  }

  @Test
  void values_are_loaded_again_at_the_end_of_their_time_and_not_all_at_once() {
    Cache<String, Row> cache = cache(this::row);
    for (int i = 0; i < 200; i++) {
      rows.put("k" + i, new Row("v", 1));
      cache.get("k" + i);
    }
    now.addAndGet(Duration.ofSeconds(57).toNanos());
    long gone = rows.keySet().stream().filter(key -> cache.peek(key).isEmpty()).count();
    assertThat(gone).isBetween(20L, 180L);
    now.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(rows.keySet()).allMatch(key -> cache.peek(key).isEmpty());
  }

  @Test
  void memory_is_bounded_by_weight() {
    Cache<String, Row> cache = cache(this::row);
    for (int i = 0; i < 1_000; i++) {
      cache.put("k" + i, new Row("0123456789", 1));
    }
    long kept = 0;
    for (int i = 0; i < 1_000; i++) {
      kept += cache.peek("k" + i).isPresent() ? 1 : 0;
    }
    assertThat(kept).isBetween(50L, 100L);
  }

  @Test
  void a_failing_loader_fails_those_who_wait_and_nobody_later() {
    AtomicInteger tries = new AtomicInteger();
    Cache<String, Row> cache =
        cache(
            key -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("the store is away");
              }
              return row(key);
            });
    rows.put("a", new Row("one", 1));
    assertThatThrownBy(() -> cache.get("a")).hasMessage("the store is away");
    assertThat(cache.get("a")).contains(new Row("one", 1));
  }

  @Test
  void readers_and_a_writer_racing_never_see_a_version_go_back() throws Exception {
    Cache<String, Row> cache = cache(this::row);
    rows.put("a", new Row("v", 0));
    AtomicLong written = new AtomicLong();
    List<Future<?>> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      readers.add(
          threads.submit(
              () -> {
                while (written.get() < 20_000) {
                  long floor = written.get();
                  assertThat(cache.get("a").orElseThrow().version()).isGreaterThanOrEqualTo(floor);
                }
              }));
    }
    for (long version = 1; version <= 20_000; version++) {
      Row row = new Row("v", version);
      rows.put("a", row);
      if (version % 3 == 0) {
        cache.invalidate("a");
      } else {
        cache.put("a", row);
      }
      written.set(version);
    }
    for (Future<?> reader : readers) {
      reader.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void the_instances_share_what_one_of_them_loaded_and_the_newest_wins() {
    try (Redis redis =
        new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false))) {
      String prefix = "cache-test:" + UUID.randomUUID() + ":";
      Cache<String, Row> here = cache(this::row, level(redis, prefix));
      Cache<String, Row> there = cache(this::row, level(redis, prefix));
      rows.put("a", new Row("one", 1));

      assertThat(here.get("a")).contains(new Row("one", 1));
      assertThat(there.get("a")).contains(new Row("one", 1));
      assertThat(loads).hasValue(1);
      assertThat(requests("l2", "miss")).isEqualTo(1);
      assertThat(requests("l2", "hit")).isEqualTo(1);

      here.put("a", new Row("three", 3));
      there.put("a", new Row("two", 2));
      there.clear();
      assertThat(there.get("a")).contains(new Row("three", 3));

      rows.put("a", new Row("four", 4));
      here.invalidate("a");
      there.clear();
      assertThat(there.get("a")).contains(new Row("four", 4));
    }
  }

  @Test
  void what_is_known_to_be_old_is_not_kept_whenever_its_load_ends() throws Exception {
    rows.put("a", new Row("old", 1));
    CountDownLatch read = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Cache<String, Row> cache = cache(readThenWait(read, gate));
    CompletableFuture<Optional<Row>> late =
        CompletableFuture.supplyAsync(() -> cache.get("a"), threads);
    pass(read);
    rows.put("a", new Row("new", 2));
    cache.outdate("a", 2);
    gate.countDown();
    assertThat(late)
        .succeedsWithin(Duration.ofSeconds(5))
        .isEqualTo(Optional.of(new Row("old", 1)));
    assertThat(cache.get("a")).contains(new Row("new", 2));
    cache.outdate("a", 2);
    assertThat(cache.peek("a")).contains(new Row("new", 2));
    cache.outdate("a", 3);
    assertThat(cache.peek("a")).isEmpty();
  }

  @Test
  void redis_remembers_a_version_for_longer_than_its_text() {
    try (Redis redis =
        new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false))) {
      RedisLevel<Row> brief =
          new RedisLevel<>(
              redis,
              "cache-test:" + UUID.randomUUID() + ":",
              row -> Duration.ofMillis(1),
              Row::version,
              Row::text,
              text -> new Row(text, 0));
      brief.keep("a", new Row("new", 2));
      org.awaitility.Awaitility.await().until(() -> brief.find("a").isEmpty());
      brief.keep("a", new Row("late", 1));
      assertThat(brief.find("a")).isEmpty();
    }
  }

  @Test
  void without_redis_the_loader_answers() {
    try (Redis redis = new Redis(new RedisSettings("127.0.0.1", Servers.freePort(), null, false))) {
      Cache<String, Row> cache = cache(this::row, level(redis, "away:"));
      rows.put("a", new Row("one", 1));
      assertThat(CompletableFuture.supplyAsync(() -> cache.get("a"), threads))
          .succeedsWithin(Duration.ofSeconds(2))
          .isEqualTo(Optional.of(new Row("one", 1)));
    }
  }

  private Optional<Row> row(String key) {
    loads.incrementAndGet();
    return Optional.ofNullable(rows.get(key));
  }

  /** The first load waits after it has read; the later ones find the gate open. */
  private Function<String, Optional<Row>> readThenWait(CountDownLatch read, CountDownLatch gate) {
    return key -> {
      Optional<Row> row = row(key);
      read.countDown();
      pass(gate);
      return row;
    };
  }

  private Cache<String, Row> cache(Function<String, Optional<Row>> loader) {
    return cache(loader, null);
  }

  private Cache<String, Row> cache(
      Function<String, Optional<Row>> loader, @Nullable RedisLevel<Row> shared) {
    Ticker ticker =
        new Ticker() {
          @Override
          public long read() {
            return now.get();
          }
        };
    return new Cache<>(
        SETTINGS, loader, Row::version, row -> row.text().length(), shared, metrics, ticker);
  }

  private static RedisLevel<Row> level(Redis redis, String prefix) {
    return new RedisLevel<>(
        redis,
        prefix,
        row -> Duration.ofMinutes(1),
        Row::version,
        row -> row.version() + " " + row.text(),
        text -> new Row(text.split(" ", 2)[1], Long.parseLong(text.split(" ", 2)[0])));
  }

  private double requests(String level, String result) {
    Double value =
        registry.getSampleValue(
            "video_cache_requests_total",
            new String[] {"level", "result"},
            new String[] {level, result});
    assertThat(value).isNotNull();
    return value == null ? -1 : value;
  }

  private static void pass(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
