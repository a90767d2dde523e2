package com.jadariselabs.video.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.base.Ticker;
import com.jadariselabs.video.events.GenerationEvent.Head;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import com.jadariselabs.video.testing.Servers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

class RelayTest {
  private static final String CHANNEL = "relay-test:events";

  private int port;
  private RedisServer server;
  private Instance one;
  private Instance two;

  private static final class Instance implements EventListener, AutoCloseable {
    final EventHub hub = new EventHub(EventsSettings.defaults(), Ticker.systemTicker());
    final Redis redis;
    final Relay relay;
    final List<GenerationEvent> heard = new CopyOnWriteArrayList<>();
    final AtomicInteger restored = new AtomicInteger();

    Instance(String id, int port) {
      redis = new Redis(new RedisSettings("127.0.0.1", port, null, false));
      relay = new Relay(hub, redis, CHANNEL, id, Duration.ofMillis(600));
      hub.listen(this);
      relay.start();
    }

    @Override
    public void onEvent(EncodedEvent event) {
      heard.add(event.event());
    }

    @Override
    public void relayRestored() {
      restored.incrementAndGet();
    }

    @Override
    public void close() {
      relay.close();
      hub.close();
      redis.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    port = Servers.freePort();
    server = redis();
    one = new Instance("one", port);
    two = new Instance("two\"", port);
    await().until(() -> one.relay.connected() && two.relay.connected());
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    two.close();
    server.stop();
  }

  private RedisServer redis() throws Exception {
    RedisServer redis =
        RedisServer.newRedisServer()
            .port(port)
            .setting("bind 127.0.0.1")
            .setting("save \"\"")
            .build();
    redis.start();
    return redis;
  }

  private static GenerationEvent event(long seq) {
    return GenerationEvent.progress(
        new Head("gen_1", "ada \"x\"", seq, 1_234), 40, "generating", "frame 1\n");
  }

  @Test
  void an_event_reaches_the_other_instances_whole_and_the_own_one_once() {
    one.hub.publish(event(1));
    two.hub.publish(event(2));

    await().until(() -> one.heard.size() == 2 && two.heard.size() == 2);
    assertThat(one.heard).containsExactly(event(1), event(2));
    assertThat(two.heard).containsExactlyElementsOf(one.heard);
    one.hub.publish(event(3));
    await().until(() -> two.heard.size() == 3);
    assertThat(one.heard).hasSize(3);
  }

  @Test
  void another_instance_s_events_are_kept_for_replay_too() {
    one.hub.publish(event(1));
    one.hub.publish(event(2));

    await().until(() -> two.hub.latest("gen_1").map(EncodedEvent::seq).orElse(0L) == 2);
    assertThat(two.hub.after("gen_1", 0).orElseThrow()).hasSize(2);
  }

  @Test
  void without_redis_each_instance_goes_on_alone_and_afterwards_everybody_looks_again()
      throws Exception {
    int before = two.restored.get();
    server.stop();
    await().until(() -> !two.relay.connected());
    one.hub.publish(event(1));
    one.hub.publish(event(2));
    assertThat(one.heard).hasSize(2);

    server = redis();
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> two.restored.get() > before && two.relay.connected());
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              one.hub.publish(event(one.heard.size() + 1L));
              return !two.heard.isEmpty();
            });

    await().until(one.relay::connected);
    assertThat(two.heard).doesNotContain(event(1), event(2));
  }

  @Test
  void messages_that_did_not_get_through_are_reported_by_their_sender() {
    int before = two.restored.get();
    try (Jedis jedis = new Jedis("127.0.0.1", port)) {
      jedis.publish(CHANNEL, "{\"from\":\"three\",\"lost\":true}");
    }

    await().until(() -> two.restored.get() == before + 1);
  }

  @Test
  void a_connection_that_falls_silent_is_replaced() {
    int before = two.restored.get();
    try (Jedis jedis = new Jedis("127.0.0.1", port)) {
      jedis.clientPause(2_500); // Redis is there and says nothing

      await().atMost(Duration.ofSeconds(10)).until(() -> two.restored.get() > before);
    }
    one.hub.publish(event(1));
    await().until(() -> two.heard.size() == 1);
  }

  @Test
  void nonsense_on_the_channel_does_no_harm() {
    try (Jedis jedis = new Jedis("127.0.0.1", port)) {
      jedis.publish(CHANNEL, "nonsense");
      jedis.publish(CHANNEL, "{}");
      jedis.publish(CHANNEL, "{\"from\":\"x\",\"user\":\"u\",\"event\":{\"event\":\"job:odd\"}}");
      jedis.publish(CHANNEL, "[".repeat(3_000));
    }
    one.hub.publish(event(1));

    await().until(() -> two.heard.size() == 1);
  }
}
