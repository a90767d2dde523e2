package com.jadariselabs.video.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.jadariselabs.video.cache.CacheMetrics;
import com.jadariselabs.video.cache.Caches;
import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.EventsSettings;
import com.jadariselabs.video.events.Relay;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.ratelimit.RateLimitSettings;
import com.jadariselabs.video.ratelimit.RateLimits;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Servers;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What another instance than the one that writes serves. */
class FreshnessTest {
  private static final Duration LEASE = Duration.ofMinutes(5);
  private static final int STEPS = 100;
  private static final long SECOND = 1_000_000_000L;

  private final Map<String, Map<Long, Long>> committed = new ConcurrentHashMap<>();
  private final AtomicLong oldest = new AtomicLong();
  private final AtomicLong looks = new AtomicLong();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void another_instance_is_never_a_second_behind(boolean related) throws Exception {
    run(10, 20, related);
  }

  @Tag("benchmark")
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nor_is_it_in_ten_thousand_transitions(boolean related) throws Exception {
    run(100, STEPS, related);
    System.out.printf(
        "%d looks, relay %s: oldest state served %.0f ms after its successor%n",
        looks.get(), related, oldest.get() / 1e6);
  }

  private void run(int generations, int steps, boolean related) throws Exception {
    String channel = "fresh-test:" + UUID.randomUUID();
    try (House here = new House();
        Redis redis = redis();
        EventHub hub = new EventHub(EventsSettings.defaults(), Ticker.systemTicker());
        GenerationRoom there = other(here, hub, redis);
        Relay out = new Relay(here.hub(), redis, channel, "here", Duration.ofSeconds(5));
        Relay in = new Relay(hub, redis, channel, "there", Duration.ofSeconds(5))) {
      if (related) {
        out.start();
        in.start();
        Awaitility.await().until(() -> out.connected() && in.connected());
      }
      List<Generation> rows = new ArrayList<>();
      String user = House.anyone();
      for (int i = 0; i < generations; i++) {
        Generation g = here.accepted(here.draft(user, Plan.FREE, 5));
        rows.add(written(here.transitions().claim(g.id(), "w", LEASE).orElseThrow()));
      }
      AtomicBoolean done = new AtomicBoolean();
      CompletableFuture<Void> reader =
          CompletableFuture.runAsync(
              () -> {
                while (!done.get()) {
                  committed.keySet().forEach(id -> look(there, id));
                }
              });
      rows.replaceAll(g -> written(here.transitions().enhanced(g, "x").orElseThrow()));
      for (int step = 3; step < steps; step++) {
        int percent = Math.min(98, step);
        rows.replaceAll(
            g -> written(here.transitions().progressed(g, percent, false).orElseThrow()));
      }
      rows.replaceAll(
          g -> written(here.transitions().completed(g, g.id() + "/1/v", null, null).orElseThrow()));
      long end = System.nanoTime();
      Awaitility.await().pollDelay(Duration.ZERO).until(() -> allCompleted(there, rows));
      assertThat(System.nanoTime() - end).isLessThan(2 * SECOND);
      done.set(true);
      reader.join();
      assertThat(oldest.get()).isLessThan(SECOND);
      assertThat(looks.get()).isGreaterThan(generations);
    }
  }

  private static boolean allCompleted(GenerationRoom there, List<Generation> rows) {
    return rows.stream()
        .allMatch(g -> there.generations().find(g.id()).orElseThrow().status().equals("completed"));
  }

  /** The moment is taken after the commit: no look can be blamed for what was not yet there. */
  private Generation written(Generation g) {
    committed
        .computeIfAbsent(g.id(), any -> new ConcurrentHashMap<>())
        .put(g.seq(), System.nanoTime());
    return g;
  }

  private void look(GenerationRoom there, String id) {
    long begun = System.nanoTime();
    Generation served = there.generations().find(id).orElseThrow();
    looks.incrementAndGet();
    Long successor = committed.getOrDefault(id, Map.of()).get(served.seq() + 1);
    if (successor != null) {
      oldest.accumulateAndGet(begun - successor, Math::max);
    }
  }

  private static Redis redis() {
    return new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false));
  }

  private static GenerationRoom other(House house, EventHub hub, Redis redis) {
    CollectorRegistry registry = new CollectorRegistry();
    return GenerationRoom.open(
        new GenerationRoom.Foundations(
            house.jdbi(),
            house.pool(),
            hub,
            new Nobody(),
            new MediaLinks() {
              @Override
              public String video(String generationId, String key) {
                return "http://media/" + key;
              }

              @Override
              public String poster(String generationId, String key) {
                return "http://media/" + key;
              }
            },
            (id, user) -> false,
            () -> 1,
            registry,
            List.of("wan2"),
            new Caches(8 << 20, redis, new CacheMetrics(registry)),
            house.clock()),
        new SubmissionSettings(10_000, 20, 1, true),
        new Moderation(null, registry),
        house.reputations(),
        new RateLimits(RateLimitSettings.defaults(), redis, registry, Ticker.systemTicker()),
        house.accounts());
  }

  private static final class Nobody implements Delivery {
    @Override
    public void ring(Priority priority, String generationId) {}

    @Override
    public void withdraw(Priority priority, String generationId) {}

    @Override
    public CompletableFuture<Lengths> lengths(Priority upTo) {
      return CompletableFuture.completedFuture(new Lengths(0, 0));
    }
  }
}
