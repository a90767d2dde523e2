package com.jadariselabs.video.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jadariselabs.video.testing.OwnRedis;
import com.jadariselabs.video.testing.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

class RedisTest {
  private final String prefix = "redis-test:" + UUID.randomUUID() + ":";

  @Test
  void gathered_answers_reach_the_caller_that_asked() throws Exception {
    try (Redis redis = shared()) {
      List<Thread> callers = new ArrayList<>();
      for (int caller = 0; caller < 8; caller++) {
        String key = prefix + caller;
        List<CompletableFuture<Long>> own = new ArrayList<>();
        Thread thread =
            new Thread(
                () -> {
                  for (long n = 1; n <= 500; n++) {
                    long expected = n;
                    own.add(
                        redis
                            .send(p -> p.incr(key)::get)
                            .thenApply(
                                value -> {
                                  assertThat(value).isEqualTo(expected);
                                  return value;
                                }));
                  }
                  CompletableFuture.allOf(own.toArray(CompletableFuture[]::new)).join();
                });
        callers.add(thread);
        thread.start();
      }
      for (Thread caller : callers) {
        caller.join();
      }
      for (int caller = 0; caller < 8; caller++) {
        String key = prefix + caller;
        assertThat(redis.send(p -> p.get(key)::get).get(5, SECONDS)).isEqualTo("500");
      }
    }
  }

  @Test
  void a_refused_command_fails_its_caller_alone() throws Exception {
    try (Redis redis = shared()) {
      List<CompletableFuture<?>> good = new ArrayList<>();
      List<CompletableFuture<?>> bad = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        String key = prefix + i;
        good.add(redis.send(p -> p.set(key, "v")::get));
        if (i % 3 == 0) {
          bad.add(redis.send(p -> p.lpush(key, "wrong type")::get));
          bad.add(redis.send(p -> p.evalsha("f".repeat(40))::get));
        }
      }
      CompletableFuture.allOf(good.toArray(CompletableFuture[]::new)).get(5, SECONDS);
      for (int i = 0; i < bad.size(); i += 2) {
        assertThat(bad.get(i))
            .failsWithin(Duration.ofSeconds(5))
            .withThrowableThat()
            .withCauseExactlyInstanceOf(JedisDataException.class)
            .withMessageContaining("WRONGTYPE");
        assertThat(bad.get(i + 1))
            .failsWithin(Duration.ofSeconds(5))
            .withThrowableThat()
            .withCauseInstanceOf(JedisNoScriptException.class);
      }
    }
  }

  @Test
  void a_caller_that_throws_or_leaves_a_transaction_open_disturbs_nobody() throws Exception {
    try (Redis redis = shared()) {
      CompletableFuture<String> broken =
          redis.send(
              p -> {
                p.set(prefix + "half", "1");
                throw new IllegalArgumentException("changed its mind");
              });
      CompletableFuture<String> open =
          redis.send(
              p -> {
                startTransaction(p);
                return p.set(prefix + "never", "1")::get;
              });
      CompletableFuture<String> neighbour = redis.send(p -> p.set(prefix + "next", "1")::get);

      assertThat(neighbour.get(5, SECONDS)).isEqualTo("OK");
      assertThatThrownBy(() -> broken.get(5, SECONDS)).hasMessageContaining("changed its mind");
      assertThatThrownBy(() -> open.get(5, SECONDS)).hasMessageContaining("left open");
      assertThat(redis.send(p -> p.exists(prefix + "never")::get).get(5, SECONDS)).isFalse();
    }
  }

  @SuppressWarnings("deprecation") // What is being tried is the mistake.
  private static void startTransaction(redis.clients.jedis.Pipeline pipeline) {
    pipeline.multi();
  }

  @Test
  void an_answers_continuation_cannot_wait_for_another_answer() throws Exception {
    try (Redis redis = shared()) {
      CompletableFuture<String> waiting =
          redis.send(p -> p.ping()::get).thenApply(pong -> redis.send(p -> p.ping()::get).join());
      assertThatThrownBy(() -> waiting.get(5, SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThat(redis.send(p -> p.ping()::get).get(5, SECONDS)).isEqualTo("PONG");
    }
  }

  @Test
  void while_redis_is_away_calls_fail_at_once_and_afterwards_they_work_again() throws Exception {
    try (OwnRedis server = new OwnRedis();
        Redis redis = new Redis(server.settings())) {
      redis.send(p -> p.ping()::get).get(5, SECONDS);
      assertThat(redis.isUp()).isTrue();

      server.stop();
      await().atMost(Duration.ofSeconds(3)).until(() -> !redis.isUp());
      for (int i = 0; i < 1_000; i++) {
        assertThat(redis.send(p -> p.ping()::get))
            .failsWithin(Duration.ofMillis(100))
            .withThrowableThat()
            .withCauseInstanceOf(JedisConnectionException.class);
      }

      server.startAgain();
      await().atMost(Duration.ofSeconds(2)).until(redis::isUp);
      assertThat(redis.send(p -> p.ping()::get).get(1, SECONDS)).isEqualTo("PONG");
    }
  }

  @Test
  void a_redis_that_never_answers_fails_its_callers_within_the_time_out() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Redis redis =
            new Redis(new RedisSettings("127.0.0.1", silent.getLocalPort(), null, false))) {
      assertThat(redis.send(p -> p.ping()::get)).failsWithin(Duration.ofSeconds(4));
      assertThat(redis.isUp()).isFalse();
      assertThat(redis.send(p -> p.ping()::get)).failsWithin(Duration.ofMillis(100));
    }
  }

  @Test
  void after_closing_nothing_waits_for_ever() throws Exception {
    Redis redis = shared();
    redis.send(p -> p.ping()::get).get(5, SECONDS);
    redis.close();
    assertThat(redis.send(p -> p.ping()::get)).failsWithin(Duration.ofMillis(100));
  }

  @Test
  @SuppressWarnings("try") // It listens until the block's end.
  void a_subscription_outlives_a_restart_and_tells_when_it_stands_again() throws Exception {
    try (OwnRedis server = new OwnRedis();
        Redis redis = new Redis(server.settings())) {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      AtomicInteger restored = new AtomicInteger();
      try (Subscription subscription =
          redis.subscribe(
              "news",
              message -> {
                heard.add(message);
                throw new IllegalStateException("a clumsy listener");
              },
              restored::incrementAndGet)) {
        await().until(() -> restored.get() == 1);
        redis.send(p -> p.publish("news", "one")::get).get(5, SECONDS);
        redis.send(p -> p.publish("news", "two")::get).get(5, SECONDS);
        assertThat(heard.poll(2, SECONDS)).isEqualTo("one");
        assertThat(heard.poll(2, SECONDS)).isEqualTo("two");

        server.stop();
        server.startAgain();
        await().atMost(Duration.ofSeconds(5)).until(() -> restored.get() == 2);
        try (Jedis other = server.connect()) {
          other.publish("news", "three");
        }
        assertThat(heard.poll(2, SECONDS)).isEqualTo("three");
      }
      await().until(() -> subscribers(server, "news") == 0);
    }
  }

  @Test
  @SuppressWarnings("try") // It listens until the block's end.
  void an_idle_subscription_is_kept_alive_by_its_own_pings() throws Exception {
    try (Redis redis = shared()) {
      AtomicInteger restored = new AtomicInteger();
      long started = System.nanoTime();
      try (Subscription subscription =
          redis.subscribe(prefix + "idle", message -> {}, restored::incrementAndGet)) {
        await()
            .atMost(Duration.ofSeconds(10))
            .until(
                () ->
                    System.nanoTime() - started
                        > Duration.ofMillis(Subscription.SILENCE_MILLIS + 700).toNanos());
        assertThat(restored).hasValue(1);
      }
    }
  }

  @Test
  @SuppressWarnings("try") // It listens until the block's end.
  void a_subscription_whose_connection_has_died_in_silence_is_replaced() throws IOException {
    AtomicInteger subscribed = new AtomicInteger();
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> confirmAndFallSilent(silent, subscribed));
      server.setDaemon(true);
      server.start();
      try (Redis redis =
              new Redis(new RedisSettings("127.0.0.1", silent.getLocalPort(), null, false));
          Subscription subscription = redis.subscribe("news", message -> {}, () -> {})) {
        await().atMost(Duration.ofSeconds(10)).until(() -> subscribed.get() >= 2);
      }
    }
  }

  private static void confirmAndFallSilent(ServerSocket server, AtomicInteger subscribed) {
    List<Socket> open = new CopyOnWriteArrayList<>();
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        // Each connection has its thread: one that says nothing must not keep the others waiting.
        Thread answering = new Thread(() -> confirm(socket, subscribed));
        answering.setDaemon(true);
        answering.start();
      }
    } catch (IOException e) {
      open.forEach(RedisTest::close);
    }
  }

  private static void confirm(Socket socket, AtomicInteger subscribed) {
    byte[] request = new byte[512];
    try {
      int length = socket.getInputStream().read(request);
      if (length > 0 && new String(request, 0, length, US_ASCII).contains("SUBSCRIBE")) {
        subscribed.incrementAndGet();
        socket
            .getOutputStream()
            .write("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n".getBytes(US_ASCII));
      }
    } catch (IOException e) {
      close(socket);
    }
  }

  @Test
  void a_policy_that_drops_keys_is_told_from_one_that_does_not() throws Exception {
    try (OwnRedis server = new OwnRedis();
        Redis redis = new Redis(server.settings());
        Jedis admin = server.connect()) {
      assertThat(redis.eviction().get(5, SECONDS)).isEqualTo(Eviction.SAFE);
      admin.configSet("maxmemory-policy", "allkeys-lru");
      assertThat(redis.eviction().get(5, SECONDS)).isEqualTo(Eviction.UNSAFE);
    }
    assertThat(Eviction.of("used_memory:1")).isEqualTo(Eviction.UNKNOWN);
  }

  @Test
  void the_password_is_not_part_of_the_settings_text() {
    assertThat(new RedisSettings("redis", 6379, "hush", false)).hasToString("redis:6379");
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long subscribers(OwnRedis server, String channel) {
    try (Jedis jedis = server.connect()) {
      return Long.parseLong(jedis.pubsubNumSub(channel).get(channel));
    }
  }

  private static Redis shared() {
    return new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false));
  }
}
