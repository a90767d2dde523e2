package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.events.GenerationEvent.Head;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookoutTest {
  private Door door;
  private MemoryBoard board;

  @BeforeEach
  void open() throws Exception {
    door =
        new Door(
            Door.with(
                20,
                1 << 20,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                2_000,
                Duration.ofMillis(60)));
    board = door.board;
  }

  @AfterEach
  void close() {
    door.close();
  }

  private GenerationEvent quietlyStarted(String id) {
    return board.quietly(id, "processing", head -> GenerationEvent.started(head, "w"));
  }

  private GenerationEvent quietlyCompleted(String id) {
    return board.quietly(id, "completed", head -> GenerationEvent.completed(head, "u", null));
  }

  @Test
  void an_event_whose_publisher_died_is_found() {
    String id = board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe(id).settled();

    quietlyCompleted(id);

    assertThat(listener.hears(3)).endsWith("job:completed 2");
    assertThat(listener.settled().heard()).hasSize(3);
  }

  @Test
  void several_lost_events_become_resync_and_the_present_state() {
    String id = board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe("*").settled();

    quietlyStarted(id);
    GenerationEvent late = quietlyCompleted(id);

    assertThat(listener.hears(4)).endsWith("resync", "job:completed 3");
    door.hub.publish(late);
    assertThat(listener.settled().heard()).hasSize(4);
  }

  @Test
  void what_has_ended_is_not_looked_up_any_more() {
    String id = board.submit("ada");
    board.completed(id);
    Listener listener = Listener.open(door, "ada").subscribe(id).settled();

    String witness = board.submit("ada");
    listener.subscribe(witness).settled();
    Listener.waitFor(() -> board.lookUps.get() > 0);
    board.completed(witness);
    int before = board.lookUps.get();
    String another = board.submit("ada");
    Listener.open(door, "ada").subscribe(another).settled();

    Listener.waitFor(() -> board.lookUps.get() > before);
    assertThat(listener.heard()).hasSize(5);
  }

  @Test
  void what_does_not_change_is_looked_up_ever_more_seldom() {
    String id = board.submit("ada");
    Listener.open(door, "ada").subscribe(id).settled();
    long since = System.nanoTime();

    Listener.waitFor(() -> board.lookUps.get() >= 4);

    // after 60, then 120, 240, 480 ms of quiet
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(700));
  }

  @Test
  void without_the_relay_new_generations_of_other_instances_are_found() {
    Listener listener = Listener.open(door, "ada").subscribe("*").settled();
    door.relayUp = false;
    MemoryBoard otherInstance = board;
    String id = otherInstance.submitQuietly("ada");

    assertThat(listener.hears(2)).endsWith("job:queued 1");
    quietlyCompleted(id);
    assertThat(listener.hears(3)).endsWith("job:completed 2");
  }

  @Test
  void a_database_that_was_away_is_asked_again() {
    String id = board.submit("ada");
    Listener listener = Listener.open(door, "ada").subscribe(id).settled();
    board.away = true;
    quietlyCompleted(id);
    Head head = new Head(id, "ada", 1, 1);
    door.hub.publish(GenerationEvent.queued(head, 1));

    board.away = false;

    assertThat(listener.hears(3)).endsWith("job:completed 2");
  }
}
