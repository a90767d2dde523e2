package com.jadariselabs.video.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import com.jadariselabs.video.testing.Servers;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.embedded.RedisServer;

class RateLimitsTest {
  private final Redis redis =
      new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false));
  private final CollectorRegistry registry = new CollectorRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final Ticker ticker =
      new Ticker() {
        @Override
        public long read() {
          return nanos.get();
        }
      };
  private final String user = "u-" + UUID.randomUUID();

  @AfterEach
  void close() {
    redis.close();
  }

  private RateLimits limits(RateLimitSettings settings) {
    return new RateLimits(settings, redis, registry, ticker);
  }

  private static RateLimitSettings settings(int minute, int hour, int day) {
    return RateLimitSettings.of(minute, hour, day, null, null);
  }

  private Decision take(RateLimits limits) {
    return limits.take(user, "free", 1).join();
  }

  @Test
  void a_key_is_held_to_its_own_limits_and_to_its_users() {
    RateLimits limits = limits(settings(3, 100, 100));
    KeyLimits slow = KeyLimits.of("key_" + user, 2, null, null);
    assertThat(limits.take(user, "free", 1, slow).join().tightest().remaining()).isEqualTo(1);
    assertThat(limits.take(user, "free", 1, slow).join().allowed()).isTrue();
    Decision refused = limits.take(user, "free", 1, slow).join();
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.headers())
        .containsEntry("RateLimit-Limit", "2")
        .containsEntry("Retry-After", "30");
    // What the key's limits refused took nothing from its user's.
    assertThat(limits.peek(user, "free", 1).join().tightest().remaining()).isEqualTo(1);
    assertThat(limits.take(user, "free", 1, KeyLimits.of("key_other", null, null, null)).join())
        .extracting(Decision::allowed)
        .isEqualTo(true);
    // What the user's limits refuse takes nothing from the key's.
    assertThat(limits.giveBack(user, "free", 1, slow).join().tightest().remaining()).isEqualTo(1);
    assertThat(take(limits).allowed()).isTrue();
    assertThat(limits.take(user, "free", 1, slow).join().headers())
        .containsEntry("RateLimit-Limit", "3");
    assertThat(limits.peek("somebody else " + user, "free", 1, slow).join().tightest().remaining())
        .isEqualTo(1);
  }

  /** Moves the time at which the buckets were counted into the past. */
  private void pass(double seconds) {
    try (JedisPool pool = Servers.redisPool();
        Jedis jedis = pool.getResource()) {
      String key = "limits:{" + user + "}";
      double at = Double.parseDouble(jedis.hget(key, "at"));
      jedis.hset(key, "at", Double.toString(at - seconds));
    }
  }

  @Test
  void the_tenth_request_of_a_minute_is_let_through_and_the_eleventh_is_told_when_to_come() {
    RateLimits limits = limits(RateLimitSettings.defaults());
    Decision first = take(limits);
    assertThat(first.allowed()).isTrue();
    assertThat(first.headers())
        .isEqualTo(
            Map.of(
                "RateLimit",
                "\"minute\";r=9;t=6",
                "RateLimit-Policy",
                "\"minute\";q=10;w=60,\"hour\";q=100;w=3600,\"day\";q=500;w=86400",
                "RateLimit-Limit",
                "10",
                "RateLimit-Remaining",
                "9",
                "RateLimit-Reset",
                "6"));
    for (int i = 0; i < 9; i++) {
      assertThat(take(limits).allowed()).isTrue();
    }
    Decision refused = take(limits);
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.headers()).containsEntry("Retry-After", "6");
    assertThat(refused.tightest().remaining()).isZero();
    assertThat(refused.windows().get(1).remaining())
        .as("a refusal takes from no bucket")
        .isEqualTo(90);
    assertThat(limited("minute")).isEqualTo(1);
    assertThat(limited("hour")).isZero();
  }

  @Test
  void buckets_refill_steadily() {
    RateLimits limits = limits(RateLimitSettings.defaults());
    IntStream.range(0, 10).forEach(i -> take(limits));
    int through = 0;
    for (int i = 0; i < 20; i++) {
      pass(2);
      through += take(limits).allowed() ? 1 : 0;
    }
    assertThat(through).as("forty seconds give six or seven tokens").isBetween(6, 7);
  }

  @Test
  void the_tightest_window_is_the_one_with_the_fewest_requests_left() {
    RateLimits limits = limits(settings(10, 12, 500));
    IntStream.range(0, 8).forEach(i -> take(limits));
    assertThat(take(limits).tightest().name()).isEqualTo("minute");
    pass(60);
    IntStream.range(0, 3).forEach(i -> take(limits));
    Decision refused = take(limits);
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.tightest().name()).isEqualTo("hour");
    assertThat(refused.retryAfterSeconds()).isBetween(200, 300);
    assertThat(limited("hour")).isEqualTo(1);
  }

  @Test
  void several_instances_share_the_buckets_and_together_let_through_no_more() {
    RateLimits here = limits(settings(10, 100, 500));
    Redis otherRedis = new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false));
    RateLimits there =
        new RateLimits(settings(10, 100, 500), otherRedis, new CollectorRegistry(), ticker);
    List<CompletableFuture<Boolean>> tries =
        IntStream.range(0, 100)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> take(i % 2 == 0 ? here : there).allowed()))
            .toList();
    assertThat(tries.stream().filter(CompletableFuture::join)).hasSize(10);
    otherRedis.close();
  }

  @Test
  void what_is_given_back_can_be_taken_again_and_looking_takes_nothing() {
    RateLimits limits = limits(settings(2, 100, 500));
    assertThat(limits.peek(user, "free", 1).join().tightest().remaining()).isEqualTo(2);
    take(limits);
    take(limits);
    assertThat(take(limits).allowed()).isFalse();
    assertThat(limits.giveBack(user, "free", 1).join().tightest().remaining()).isEqualTo(1);
    assertThat(limits.peek(user, "free", 1).join().tightest().remaining()).isEqualTo(1);
    assertThat(take(limits).allowed()).isTrue();
    IntStream.range(0, 9).forEach(i -> limits.giveBack(user, "free", 1).join());
    assertThat(limits.peek(user, "free", 1).join().tightest().remaining())
        .as("never more than the bucket holds")
        .isEqualTo(2);
  }

  @Test
  void plans_may_have_limits_of_their_own_and_a_factor_lowers_them() {
    RateLimits limits =
        limits(RateLimitSettings.of(10, 100, 500, Map.of("pro", new Limits(30, 300, 900)), null));
    assertThat(limits.peek(user, "pro", 1).join().tightest().limit()).isEqualTo(30);
    assertThat(limits.peek(user, "free", 1).join().tightest().limit()).isEqualTo(10);
    IntStream.range(0, 5)
        .forEach(i -> assertThat(limits.take(user, "free", 0.5).join().allowed()).isTrue());
    assertThat(limits.take(user, "free", 0.5).join().allowed()).isFalse();
    assertThat(new Limits(1, 1, 1).times(0.5)).isEqualTo(new Limits(1, 1, 1));
  }

  @Test
  void buckets_are_forgotten_when_they_are_full() {
    take(limits(settings(10, 10, 10)));
    try (JedisPool pool = Servers.redisPool();
        Jedis jedis = pool.getResource()) {
      assertThat(jedis.pttl("limits:{" + user + "}")).isBetween(8_600_000L, 8_642_000L);
    }
  }

  @Test
  void a_redis_that_forgot_the_script_is_told_again() {
    RateLimits limits = limits(RateLimitSettings.defaults());
    take(limits);
    try (JedisPool pool = Servers.redisPool();
        Jedis jedis = pool.getResource()) {
      jedis.scriptFlush();
    }
    assertThat(take(limits).tightest().remaining()).isEqualTo(8);
  }

  @Test
  void users_do_not_take_each_others_tokens() {
    RateLimits limits = limits(settings(1, 100, 500));
    assertThat(take(limits).allowed()).isTrue();
    assertThat(limits.take(user + "}", "free", 1).join().allowed()).isTrue();
    assertThat(limits.take("}", "free", 1).join()).isNotNull();
    assertThat(take(limits).allowed()).isFalse();
  }

  @Test
  void while_redis_is_away_the_same_limits_are_kept_here_and_then_in_redis_again()
      throws Exception {
    int port = Servers.freePort();
    RedisServer server = RedisServer.newRedisServer().port(port).setting("bind 127.0.0.1").build();
    Redis flaky = new Redis(new RedisSettings("127.0.0.1", port, null, false));
    RateLimits limits = new RateLimits(settings(3, 100, 500), flaky, registry, ticker);
    for (int i = 0; i < 3; i++) {
      assertThat(take(limits).allowed()).isTrue();
    }
    Decision refused = take(limits);
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfterSeconds()).isEqualTo(20);
    assertThat(refused.headers())
        .containsEntry("RateLimit-Remaining", "0")
        .containsEntry(
            "RateLimit-Policy", "\"minute\";q=3;w=60,\"hour\";q=100;w=3600,\"day\";q=500;w=86400");
    assertThat(limits.giveBack(user, "free", 1).join().tightest().remaining()).isEqualTo(1);
    assertThat(take(limits).allowed()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(20).toNanos());
    assertThat(take(limits).allowed()).isTrue();
    assertThat(take(limits).allowed()).isFalse();
    server.start();
    try {
      Awaitility.await()
          .until(
              () -> {
                nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                Decision decision = limits.peek(user, "free", 1).join();
                return decision.tightest().remaining() == 3;
              });
      assertThat(take(limits).allowed()).isTrue();
      try (Jedis jedis = new Jedis("127.0.0.1", port)) {
        assertThat(jedis.exists("limits:{" + user + "}")).isTrue();
      }
    } finally {
      flaky.close();
      server.stop();
    }
  }

  @Test
  void an_address_may_call_so_often_and_an_ipv6_network_counts_as_one() {
    AddressLimits addresses = new AddressLimits(60, ticker);
    for (int i = 0; i < 60; i++) {
      assertThat(addresses.take("192.0.2.1")).isZero();
      assertThat(addresses.take("2001:db8:1:2:" + Integer.toHexString(i + 1) + "::1")).isZero();
    }
    assertThat(addresses.take("192.0.2.1")).isEqualTo(1);
    assertThat(addresses.take("[2001:db8:1:2::ffff]")).isEqualTo(1);
    assertThat(addresses.take("2001:db8:1:3::1")).isZero();
    assertThat(addresses.take("192.0.2.2")).isZero();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(addresses.take("192.0.2.1")).isZero();
    assertThat(addresses.take("192.0.2.1")).isEqualTo(1);
  }

  private double limited(String window) {
    return registry.getSampleValue(
        "video_rate_limited_total", new String[] {"window"}, new String[] {window});
  }
}
