package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.jadariselabs.video.events.EventsSettings;
import com.jadariselabs.video.events.GenerationEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
  private static final int KEPT = 8;

  private Door door;
  private MemoryBoard board;

  @BeforeEach
  void open() throws Exception {
    door =
        new Door(
            Door.quick(),
            new EventsSettings(KEPT, 1 << 20, Duration.ofMinutes(5), Duration.ofMillis(50)));
    board = door.board;
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void a_subscription_is_answered_by_the_present_state_and_followed_by_every_event() {
    String id = board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe(id);
    listener.hears(2);

    board.queued(id, 2);
    board.started(id);
    board.progress(id, 40);
    board.completed(id);

    assertThat(listener.hears(6))
        .containsExactly(
            "subscribed queued",
            "job:queued 1",
            "job:queued 2",
            "job:started 3",
            "job:progress 4",
            "job:completed 5");
  }

  @Test
  void an_event_carries_seq_and_ts_beside_its_name() {
    String id = board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe(id);
    listener.hears(2);

    board.progress(id, 40);
    listener.hears(3);

    JsonNode progress = listener.frames.get(2);
    assertThat(progress.toString())
        .isEqualTo(
            "{\"event\":\"job:progress\",\"seq\":2,\"ts\":1001,\"data\":{\"generationId\":\""
                + id
                + "\",\"percent\":40,\"stage\":\"generating\",\"message\":\"frames\"}}");
    assertThat(listener.frames.get(0).toString())
        .isEqualTo(
            "{\"event\":\"subscribed\",\"data\":{\"generationId\":\""
                + id
                + "\",\"status\":\"queued\",\"seq\":1}}");
  }

  @Test
  void a_client_that_comes_back_hears_what_it_missed_once() {
    String id = board.submit("ada");
    board.started(id);
    board.progress(id, 10);
    board.retried(id);
    board.queued(id, 1);
    board.started(id);
    board.completed(id);

    assertThat(Listener.open(door, "ada").subscribe(id, 3).settled().heard())
        .containsExactly(
            "subscribed completed",
            "job:failed 4",
            "job:queued 5",
            "job:started 6",
            "job:completed 7");
    assertThat(Listener.open(door, "ada").subscribe(id, 0).settled().heard()).hasSize(8);
  }

  @Test
  void a_client_that_missed_nothing_hears_nothing_twice() {
    String id = board.submit("ada");
    board.completed(id);

    assertThat(Listener.open(door, "ada").subscribe(id, 2).settled().heard())
        .containsExactly("subscribed completed");
  }

  @Test
  void what_is_no_longer_kept_is_replaced_by_resync_and_the_present_state() {
    String id = board.submit("ada");
    for (int percent = 1; percent <= 2 * KEPT; percent++) {
      board.progress(id, percent);
    }

    assertThat(Listener.open(door, "ada").subscribe(id, 3).settled().heard())
        .containsExactly("subscribed processing", "resync", "job:progress 17");
    assertThat(Listener.open(door, "ada").subscribe(id, 99).settled().heard())
        .containsExactly("subscribed processing", "resync", "job:progress 17");
    assertThat(Listener.open(door, "ada").subscribe(id, 17 - KEPT).settled().heard())
        .hasSize(1 + KEPT);
  }

  @Test
  void events_that_happen_while_a_subscription_settles_are_neither_lost_nor_told_twice() {
    String id = board.submit("ada");
    AtomicBoolean once = new AtomicBoolean();
    board.beforeAnswering =
        () -> {
          if (once.compareAndSet(false, true)) {
            board.started(id);
            board.completed(id);
          }
        };

    assertThat(Listener.open(door, "ada").subscribe(id).settled().heard())
        .containsExactly("subscribed queued", "job:queued 1", "job:started 2", "job:completed 3");
  }

  @Test
  void all_of_ones_own_present_and_future_are_heard_by_a_star() {
    String running = board.submit("ada");
    board.started(running);
    board.completed(board.submit("ada"));
    String foreign = board.submit("bob");
    Listener listener = Listener.open(door, "ada").subscribe("*");
    assertThat(listener.settled().heard()).containsExactly("subscribed", "job:started 2");
    assertThat(listener.frames.get(0).at("/data/generationId").asText()).isEqualTo("*");

    String later = board.submit("ada");
    board.started(foreign);
    board.completed(running);
    board.failed(later);

    assertThat(listener.hears(5).subList(2, 5))
        .containsExactly("job:queued 1", "job:completed 3", "job:failed 2");
    board.queued(running, 1); // an admin's retry: a new run
    board.completed(running);
    assertThat(listener.hears(7).subList(5, 7)).containsExactly("job:queued 4", "job:completed 5");
    assertThat(listener.settled().heard()).hasSize(7);
  }

  @Test
  void what_happens_while_a_star_gathers_is_not_lost() {
    String running = board.submit("ada");
    List<String> made = new ArrayList<>();
    board.beforeAnswering =
        () -> {
          if (made.isEmpty()) {
            made.add(running);
            made.add(board.submit("ada"));
            board.completed(running);
            board.started(made.get(1));
          }
        };

    List<String> heard = Listener.open(door, "ada").subscribe("*").settled().heard();

    assertThat(heard)
        .containsExactly(
            "subscribed", "job:queued 1", "job:completed 2", "job:queued 1", "job:started 2");
  }

  @Test
  void a_star_and_a_subscription_tell_an_event_once() {
    String id = board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe("*").subscribe(id).settled();
    int before = listener.heard().size();

    board.started(id);
    board.completed(id);

    assertThat(listener.hears(before + 2)).endsWith("job:started 2", "job:completed 3");
    assertThat(listener.settled().heard()).hasSize(before + 2);
  }

  @Test
  void after_unsubscribing_nothing_is_heard() {
    String id = board.submit("ada");
    String other = board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe(id).subscribe(other).settled();

    listener.unsubscribe(id).settled();
    board.started(id);
    board.started(other);

    assertThat(listener.settled().heard()).hasSize(6).endsWith("unsubscribed", "job:started 2");
    listener.subscribe("*").settled();
    listener.unsubscribe("*").unsubscribe(other).settled();
    int before = listener.heard().size();
    board.completed(id);
    board.completed(other);
    board.submit("ada");
    assertThat(listener.settled().heard()).hasSize(before);
  }

  @Test
  void one_subscription_too_many_is_refused_and_the_others_stay() {
    Listener listener = Listener.open(door, "ada");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add(board.submit("ada"));
      listener.subscribe(ids.get(i));
    }
    listener.subscribe("gen_none").subscribe("*").subscribe(ids.get(0)).settled();

    assertThat(listener.heard().subList(10, 15))
        .containsExactly(
            "error too_many_subscriptions",
            "error too_many_subscriptions",
            "error too_many_subscriptions",
            "subscribed queued",
            "job:queued 1");
    listener.unsubscribe(ids.get(0)).subscribe(ids.get(5)).settled();
    assertThat(listener.heard()).endsWith("unsubscribed", "subscribed queued", "job:queued 1");
  }

  @Test
  void refused_subscriptions_take_no_place() {
    Listener listener = Listener.open(door, "ada");
    for (int i = 0; i < 10; i++) {
      listener.subscribe("gen_none" + i);
    }
    listener.settled();
    board.away = true;
    listener.subscribe("gen_a").subscribe("*").settled();
    board.away = false;

    assertThat(listener.subscribe(board.submit("ada")).settled().heard())
        .contains("error not_found")
        .contains("error unavailable")
        .doesNotContain("error too_many_subscriptions")
        .endsWith("subscribed queued", "job:queued 1");
  }

  @Test
  void an_admin_may_follow_anybodys_generation_and_nobody_else_may() {
    String id = board.submit("ada");
    Listener admin = Listener.open(door, "root+admin").subscribe(id).settled();
    Listener bob = Listener.open(door, "bob").subscribe(id).subscribe("*").settled();

    board.completed(id);

    assertThat(admin.hears(3)).endsWith("job:completed 2");
    assertThat(bob.settled().heard()).containsExactly("error not_found", "subscribed");
  }

  @Test
  void cancelling_is_told_to_the_canceller_once_subscribed_or_not() {
    String plain = board.submit("ada");
    String followed = board.submit("ada");

    Listener stranger = Listener.open(door, "ada").cancel(plain).settled();
    Listener follower = Listener.open(door, "ada").subscribe(followed).cancel(followed).settled();

    assertThat(stranger.settled().heard()).containsExactly("job:cancelled 2");
    assertThat(follower.settled().heard())
        .containsExactly("subscribed queued", "job:queued 1", "job:cancelled 2");
  }

  @Test
  void cancelling_twice_is_answered_twice() {
    String id = board.submit("ada");

    Listener listener =
        Listener.open(door, "ada").subscribe("*").cancel(id).cancel(id).cancel(id).settled();

    assertThat(listener.settled().heard())
        .containsExactly(
            "subscribed", "job:queued 1", "job:cancelled 2", "job:cancelled 2", "job:cancelled 2");
  }

  @Test
  void what_has_ended_otherwise_cannot_be_cancelled() {
    String id = board.submit("ada");
    board.completed(id);

    assertThat(Listener.open(door, "ada").cancel(id).settled().heard())
        .containsExactly("error not_cancellable");
  }

  @Test
  void a_lost_event_shows_as_resync_before_the_next() {
    String id = board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe(id).settled();

    board.quietly(id, "processing", head -> GenerationEvent.started(head, "w"));
    board.completed(id);

    assertThat(listener.hears(4).subList(2, 4)).containsExactly("resync", "job:completed 3");
  }

  @Test
  void overtaking_events_are_put_in_order() {
    String id = board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe(id).settled();

    GenerationEvent started =
        board.quietly(id, "processing", head -> GenerationEvent.started(head, "w"));
    GenerationEvent completed =
        board.quietly(id, "completed", head -> GenerationEvent.completed(head, "u", null));
    door.hub.publish(completed);
    door.hub.publish(started);
    door.hub.publish(started);

    assertThat(listener.hears(4).subList(2, 4)).containsExactly("job:started 2", "job:completed 3");
    assertThat(listener.settled().heard()).hasSize(4);
  }

  @Test
  void a_socket_s_messages_are_answered_in_their_order() {
    String id = board.submit("ada");
    Listener listener = Listener.open(door, "ada");

    listener.subscribe(id).unsubscribe(id).subscribe(id).cancel("gen_x").say("?").settled();

    assertThat(listener.heard())
        .containsExactly(
            "subscribed queued",
            "job:queued 1",
            "unsubscribed",
            "subscribed queued",
            "job:queued 1",
            "error not_found",
            "error malformed_request");
  }
}
