package com.jadariselabs.video.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import com.jadariselabs.video.testing.Servers;
import io.prometheus.client.CollectorRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.Pipeline;

/** The limits as people meet them; Redis' time is stepped by dating back when it last counted. */
class HonestTrafficTest {

  @Test
  void a_hundred_users_at_nine_a_minute_are_never_refused_in_two_minutes() {
    List<String> users = users(100);
    try (Redis redis = redis();
        JedisPool pool = Servers.redisPool();
        Jedis clock = pool.getResource()) {
      RateLimits limits = limits(redis);
      int refused = 0;
      for (int request = 0; request < 18; request++) {
        refused += users.size() - let(limits, users).size();
        pass(clock, users, 60.0 / 9);
      }
      assertThat(refused).isZero();
    }
  }

  @Test
  void a_user_at_thirty_a_minute_gets_ten_and_then_one_every_six_seconds() {
    List<String> user = users(1);
    try (Redis redis = redis();
        JedisPool pool = Servers.redisPool();
        Jedis clock = pool.getResource()) {
      RateLimits limits = limits(redis);
      List<Integer> through = new ArrayList<>();
      for (int request = 0; request < 60; request++) {
        if (!let(limits, user).isEmpty()) {
          through.add(request);
        }
        pass(clock, user, 2);
      }
      // Ten at hand, and a third of one comes with each request: fourteen or fifteen in a row.
      assertThat(through).hasSizeBetween(29, 30);
      List<Integer> steady = through.stream().filter(request -> request > 15).toList();
      for (int i = 1; i < steady.size(); i++) {
        assertThat(steady.get(i) - steady.get(i - 1)).as("each third request").isEqualTo(3);
      }
    }
  }

  private static List<String> let(RateLimits limits, List<String> users) {
    List<CompletableFuture<Decision>> decisions =
        users.stream().map(user -> limits.take(user, "free", 1)).toList();
    List<String> through = new ArrayList<>();
    for (int i = 0; i < users.size(); i++) {
      if (decisions.get(i).join().allowed()) {
        through.add(users.get(i));
      }
    }
    return through;
  }

  private static void pass(Jedis clock, List<String> users, double seconds) {
    Pipeline pipeline = clock.pipelined();
    users.forEach(user -> pipeline.hincrByFloat("limits:{" + user + "}", "at", -seconds));
    pipeline.sync();
  }

  private static List<String> users(int count) {
    List<String> users = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      users.add("honest-" + UUID.randomUUID());
    }
    return users;
  }

  private static Redis redis() {
    return new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false));
  }

  private static RateLimits limits(Redis redis) {
    return new RateLimits(
        RateLimitSettings.defaults(), redis, new CollectorRegistry(), Ticker.systemTicker());
  }
}
