package com.jadariselabs.video.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Servers;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/** What it is worth to share round trips: the same commands, one pooled connection per caller. */
@Tag("benchmark")
class GatheringBenchmarkTest {
  private static final int CALLERS = 32;
  private static final int CALLS = 1_000;
  private static final int ROUNDS = 3;

  @Test
  void sharing_round_trips_beats_a_pooled_connection_per_caller() throws Exception {
    String key = "benchmark:" + UUID.randomUUID();
    try (Redis redis =
        new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false))) {
      IntConsumer gathered =
          n ->
              redis
                  .send(
                      p -> {
                        Response<Long> pushed = p.rpush(key, "x");
                        p.llen(key);
                        return pushed::get;
                      })
                  .join();
      IntConsumer pooled =
          n -> {
            try (Jedis jedis = redis.pool().getResource()) {
              Pipeline p = jedis.pipelined();
              p.rpush(key, "x");
              p.llen(key);
              p.sync();
            }
          };
      double best = 0;
      for (int round = 0; round < ROUNDS; round++) {
        double pooledRate = rate(pooled);
        double gatheredRate = rate(gathered);
        System.out.printf(
            "gathered %,.0f/s, pooled %,.0f/s, ratio %.2f%n",
            gatheredRate, pooledRate, gatheredRate / pooledRate);
        best = Math.max(best, gatheredRate / pooledRate);
      }
      redis.send(p -> p.del(key)::get).get(5, TimeUnit.SECONDS);
      assertThat(best).isGreaterThan(1);
    }
  }

  private static double rate(IntConsumer call) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(CALLERS);
    long started = System.nanoTime();
    for (int caller = 0; caller < CALLERS; caller++) {
      new Thread(
              () -> {
                for (int n = 0; n < CALLS; n++) {
                  call.accept(n);
                }
                done.countDown();
              })
          .start();
    }
    done.await();
    return (double) CALLERS * CALLS * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - started);
  }
}
