package com.jadariselabs.video.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.base.Ticker;
import com.jadariselabs.video.events.GenerationEvent.Head;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventHubTest {
  private EventHub hub = hub(64, 1 << 20, Duration.ofMillis(50));
  private final List<Long> heard = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    hub.close();
  }

  private static EventHub hub(int perGeneration, long totalBytes, Duration reorderFor) {
    return new EventHub(
        new EventsSettings(perGeneration, totalBytes, Duration.ofMinutes(5), reorderFor),
        Ticker.systemTicker());
  }

  private void listen() {
    hub.listen(event -> heard.add(event.seq()));
  }

  private static GenerationEvent event(String id, long seq) {
    return GenerationEvent.queued(new Head(id, "ada", seq, 7), 1);
  }

  private Callable<Void> publication(long seq) {
    return () -> {
      hub.publish(event("g", seq));
      return null;
    };
  }

  private List<Long> kept(String id, long after) {
    return hub.after(id, after).orElseThrow().stream().map(EncodedEvent::seq).toList();
  }

  @Test
  void listeners_hear_at_once_and_in_order() {
    listen();

    LongStream.rangeClosed(1, 5).forEach(seq -> hub.publish(event("g", seq)));

    assertThat(heard).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void an_event_that_comes_early_waits_for_the_one_before_it() {
    hub.close();
    hub = hub(64, 1 << 20, Duration.ofMinutes(1));
    listen();

    hub.publish(event("g", 1));
    hub.publish(event("g", 3));
    hub.publish(event("g", 4));
    assertThat(heard).containsExactly(1L);
    hub.publish(event("g", 2));

    assertThat(heard).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void also_the_very_first_two_may_overtake_each_other() {
    listen();

    hub.publish(event("g", 2));
    hub.publish(event("g", 1));

    assertThat(heard).containsExactly(1L, 2L);
  }

  @Test
  void one_that_never_comes_holds_the_others_up_for_a_moment_only() {
    listen();
    hub.publish(event("g", 1));

    hub.publish(event("g", 3));
    await().untilAsserted(() -> assertThat(heard).containsExactly(1L, 3L));
    hub.publish(event("g", 2));
    hub.publish(event("g", 3));
    hub.publish(event("g", 4));

    assertThat(heard).containsExactly(1L, 3L, 4L);
    assertThat(hub.after("g", 1)).isEmpty();
    assertThat(kept("g", 2)).containsExactly(3L, 4L);
  }

  @Test
  void threads_that_publish_one_generation_s_events_in_any_order_do_not_disturb_it()
      throws Exception {
    hub.close();
    hub = hub(4_000, 16 << 20, Duration.ofMinutes(1));
    listen();
    int events = 2_000;
    List<Long> seqs = new ArrayList<>(LongStream.rangeClosed(1, events).boxed().toList());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int i = 0; i < events; i += 4) {
      List<Long> together = seqs.subList(i, i + 4);
      Collections.shuffle(together, new java.util.Random(i));
      threads.invokeAll(together.stream().map(this::publication).toList());
    }
    threads.shutdownNow();

    assertThat(heard).hasSize(events).isSorted();
  }

  @Test
  void what_the_database_tells_is_heard_unless_it_or_a_later_one_was() {
    listen();
    hub.publish(event("g", 1));

    hub.observed(event("g", 1));
    hub.observed(event("g", 4));
    hub.publish(event("g", 3));
    hub.observed(event("new", 9));

    assertThat(heard).containsExactly(1L, 4L, 9L);
  }

  @Test
  void a_listener_that_fails_does_not_disturb_the_others() {
    hub.listen(
        event -> {
          throw new IllegalStateException("of this test");
        });
    listen();

    hub.publish(event("g", 1));

    assertThat(heard).containsExactly(1L);
  }

  @Test
  void a_publisher_never_waits_for_a_listener_that_is_busy_with_an_earlier_event()
      throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    hub.listen(
        event -> {
          heard.add(event.seq());
          busy.countDown();
          try {
            assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Thread first = new Thread(() -> hub.publish(event("g", 1)));
    first.start();
    assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();

    hub.publish(event("g", 2)); // comes back at once: the first thread will tell it

    assertThat(heard).containsExactly(1L);
    go.countDown();
    first.join();
    assertThat(heard).containsExactly(1L, 2L);
  }

  @Test
  void the_latest_are_kept_and_given_from_any_place_on() {
    hub.close();
    hub = hub(4, 1 << 20, Duration.ofMillis(50));
    LongStream.rangeClosed(1, 10).forEach(seq -> hub.publish(event("g", seq)));

    assertThat(kept("g", 6)).containsExactly(7L, 8L, 9L, 10L);
    assertThat(kept("g", 9)).containsExactly(10L);
    assertThat(kept("g", 10)).isEmpty();
    assertThat(hub.after("g", 5)).isEmpty();
    assertThat(hub.after("g", 11)).isEmpty();
    assertThat(hub.after("other", 0)).isEmpty();
    assertThat(hub.latest("g").orElseThrow().seq()).isEqualTo(10);
  }

  @Test
  void memory_is_bounded_and_the_least_recent_generations_are_forgotten_first() {
    hub.close();
    hub = hub(64, 64 << 10, Duration.ofMillis(50));
    for (int i = 0; i < 1_000; i++) {
      hub.publish(event("g" + i, 1));
      hub.publish(event("favourite", i + 1L));
    }

    long kept = LongStream.range(0, 1_000).filter(i -> hub.latest("g" + i).isPresent()).count();
    assertThat(kept).isBetween(1L, 100L);
    assertThat(hub.latest("g999")).isPresent();
    assertThat(hub.latest("favourite")).isPresent();
  }

  @Test
  void ended_generations_are_forgotten_after_a_while_and_others_are_not() {
    History history = new History(EventsSettings.defaults());
    GenerationEvent end = GenerationEvent.cancelled(new Head("ended", "ada", 1, 7));
    history.take(hub.encode(end), false, 1_000);
    history.take(hub.encode(event("running", 1)), false, 1_000);

    history.forgetEndedBefore(1_000);
    assertThat(history.latest("ended")).isPresent();
    history.forgetEndedBefore(1_001);

    assertThat(history.latest("ended")).isEmpty();
    assertThat(history.latest("running")).isPresent();
  }

  @Test
  void an_event_is_encoded_as_the_contract_says() {
    EncodedEvent encoded =
        hub.encode(
            GenerationEvent.failed(
                new Head("gen_1", "ada", 5, 1_700), "provider_error", "a\nb\u2028", 2_000L));

    assertThat(StandardCharsets.UTF_8.decode(encoded.frame()).toString())
        .isEqualTo(
            "{\"event\":\"job:failed\",\"seq\":5,\"ts\":1700,\"data\":{\"generationId\":\"gen_1\","
                + "\"error\":{\"code\":\"provider_error\",\"message\":\"a\\nb\u2028\"},"
                + "\"retryIn\":2000}}");
    assertThat(new String(encoded.serverSent(), StandardCharsets.UTF_8))
        .startsWith("id: 5\nevent: job:failed\ndata: {\"generationId\":\"gen_1\",")
        .endsWith("\"retryIn\":2000,\"seq\":5,\"ts\":1700}\n\n");
    assertThat(encoded.frame().isReadOnly()).isTrue();
  }
}
