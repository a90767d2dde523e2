package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Ticker;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.EventsSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlowReaderTest {
  private static final String BULKY = "x".repeat(1_000);
  private static final int LONG = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static SocketSettings patient(int maxQueuedBytes, Duration slowAfter) {
    return Door.paced(maxQueuedBytes, slowAfter, Duration.ofSeconds(LONG), 2_000);
  }

  @Test
  void a_slow_reader_gets_only_the_latest_progress_and_the_end() throws Exception {
    try (Door door = new Door(patient(4 << 20, Duration.ofSeconds(LONG)));
        RawClient client = new RawClient(door, "ada", 4 * 1024)) {
      String id = door.board.submit("ada");
      client.text("{\"event\":\"subscribe\",\"data\":{\"generationId\":\"" + id + "\"}}");
      client.read();
      int published = 20_000;
      for (int i = 0; i < published; i++) {
        door.board.progress(id, i * 100 / published, BULKY);
      }
      door.board.completed(id);

      List<JsonNode> frames = new ArrayList<>();
      do {
        frames.add(JSON.readTree(client.read().text()));
      } while (!frames.get(frames.size() - 1).path("event").asText().equals("job:completed"));

      assertThat(frames).hasSizeLessThan(published / 2);
      assertThat(frames)
          .extracting(frame -> frame.get("seq").asLong())
          .isSorted()
          .doesNotHaveDuplicates();
      assertThat(frames.get(frames.size() - 2).get("seq").asInt()).isEqualTo(published + 1);
      assertThat(frames).noneMatch(frame -> frame.path("event").asText().equals("resync"));
    }
  }

  @Test
  void every_event_but_progress_reaches_a_slow_reader() throws Exception {
    try (Door door = new Door(patient(64 << 20, Duration.ofSeconds(LONG)));
        RawClient client = new RawClient(door, "ada", 4 * 1024)) {
      String id = door.board.submit("ada");
      client.text("{\"event\":\"subscribe\",\"data\":{\"generationId\":\"" + id + "\"}}");
      client.read();
      client.read();
      for (int attempt = 0; attempt < 3_000; attempt++) {
        door.board.started(id);
        door.board.progress(id, 1, BULKY);
        door.board.progress(id, 2, BULKY);
        door.board.retried(id);
      }
      door.board.failed(id);

      List<String> names = new ArrayList<>();
      do {
        names.add(JSON.readTree(client.read().text()).path("event").asText());
      } while (names.stream().filter("job:failed"::equals).count() <= 3_000);

      assertThat(names.stream().filter("job:started"::equals)).hasSize(3_000);
      assertThat(names.stream().filter("job:progress"::equals).count()).isBetween(3_000L, 5_999L);
      Set<String> neighbours = new HashSet<>();
      for (int i = 1; i < names.size(); i++) {
        neighbours.add(names.get(i - 1) + " " + names.get(i));
      }
      assertThat(neighbours)
          .isSubsetOf(
              "job:started job:progress",
              "job:progress job:progress",
              "job:progress job:failed",
              "job:failed job:started",
              "job:failed job:failed");
    }
  }

  @Test
  void nobody_is_closed_because_the_writer_is_held_up() throws Exception {
    int published = 20_000;
    FrameQueue queue = new FrameQueue(new Postman(), patient(4 << 20, Duration.ofSeconds(LONG)));
    try (EventHub hub = new EventHub(EventsSettings.defaults(), Ticker.systemTicker())) {
      MemoryBoard board = new MemoryBoard(hub);
      String id = board.submit("ada");
      for (int i = 0; i < published; i++) {
        queue.event(hub.encode(board.progress(id, i * 100 / published, BULKY)));
      }
    }
    assertThat(queue.closing()).isFalse();
  }

  @Test
  void a_reader_that_stays_behind_is_closed_with_a_resumable_code() throws Exception {
    try (Door door = new Door(patient(64 << 20, Duration.ofMillis(300)));
        RawClient client = new RawClient(door, "ada", 4 * 1024)) {
      String id = stuff(door, client, 8_000);

      Listener.waitFor(() -> closing(door, id));
      assertThat(client.readCloseCode()).isEqualTo(4408);
    }
  }

  @Test
  void a_reader_for_whom_too_much_waits_is_closed_at_once() throws Exception {
    try (Door door = new Door(patient(256 * 1024, Duration.ofSeconds(LONG)));
        RawClient client = new RawClient(door, "ada", 4 * 1024)) {
      stuff(door, client, 8_000);

      assertThat(client.readCloseCode()).isEqualTo(4408);
    }
  }

  @Test
  void a_slow_reader_does_not_hold_up_another() throws Exception {
    try (Door door = new Door(patient(64 << 20, Duration.ofSeconds(LONG)));
        RawClient slow = new RawClient(door, "ada", 4 * 1024)) {
      Listener quick = Listener.open(door, "ada").subscribe("*").settled();
      stuff(door, slow, 5_000);

      quick.hears(5_000);

      assertThat(quick.settled().heard()).last().asString().startsWith("job:queued");
    }
  }

  @Test
  void who_says_too_much_is_told_and_then_closed() throws Exception {
    try (Door door =
            new Door(Door.paced(1 << 20, Duration.ofSeconds(LONG), Duration.ofSeconds(LONG), 20));
        RawClient client = new RawClient(door, "ada", 64 * 1024)) {
      for (int i = 0; i < 80; i++) {
        client.text("{\"event\":\"ping\"}");
      }
      List<String> texts = new ArrayList<>();
      RawClient.Frame frame = client.read();
      for (; frame.opCode() == 1; frame = client.read()) {
        texts.add(frame.text());
      }

      assertThat(texts).anyMatch(text -> text.contains("\"rate_limited\""));
      assertThat(texts.stream().filter(text -> text.contains("pong")).count()).isBetween(20L, 40L);
      assertThat(frame.closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void a_thousand_sockets_hear_everything() throws Exception {
    int sockets = 1_000;
    try (Door door =
        new Door(
            Door.with(
                sockets,
                4 << 20,
                Duration.ofSeconds(LONG),
                Duration.ofSeconds(LONG),
                2_000,
                Duration.ofSeconds(LONG)))) {
      String id = door.board.submit("ada");
      List<Listener> listeners = new ArrayList<>();
      for (int i = 0; i < sockets; i++) {
        listeners.add(Listener.open(door, "ada").subscribe(id));
      }
      listeners.forEach(listener -> listener.hears(2));
      List<String> published = new ArrayList<>();
      // One by one, so that nobody is behind: then everybody hears everything.
      for (int seq = 2; seq <= 21; seq++) {
        door.board.progress(id, seq);
        published.add("job:progress " + seq);
        int frames = sockets * (2 + published.size());
        Listener.waitFor(
            () -> listeners.stream().mapToInt(each -> each.frames.size()).sum() >= frames);
      }
      assertThat(listeners).allSatisfy(each -> assertThat(news(each)).isEqualTo(published));

      // All at once: what is merged is progress, and never its latest.
      for (int seq = 22; seq <= 41; seq++) {
        door.board.progress(id, seq);
        published.add("job:progress " + seq);
      }
      door.board.completed(id);
      published.add("job:completed 42");
      for (Listener listener : listeners) {
        Listener.waitFor(() -> listener.heard().contains("job:completed 42"));
        assertThat(published).containsSubsequence(news(listener));
        assertThat(news(listener)).endsWith("job:progress 41", "job:completed 42");
      }
      assertThat(door.metric("video_websocket_connections")).isEqualTo(sockets);
      assertThat(door.metric("video_websocket_messages_total", "job:completed")).isEqualTo(sockets);
      listeners.forEach(Listener::drop);
    }
  }

  /** What came after the answer to the subscription and its snapshot. */
  private static List<String> news(Listener listener) {
    return listener.heard().subList(2, listener.heard().size());
  }

  /** Lets so many bulky events wait that no buffer between the two takes them all. */
  private static String stuff(Door door, RawClient client, int events) throws Exception {
    String id = door.board.submit("ada");
    client.text("{\"event\":\"subscribe\",\"data\":{\"generationId\":\"" + id + "\"}}");
    client.read();
    client.read();
    for (int i = 0; i < events; i++) {
      door.board.progress(id, 1, BULKY);
      door.board.queued(id, i);
    }
    return id;
  }

  /** Whether nothing more is accepted for the reader. */
  static boolean closing(Door door, String id) {
    double before = door.metric("video_websocket_messages_total", "job:queued");
    door.board.queued(id, 1);
    return door.metric("video_websocket_messages_total", "job:queued") == before;
  }
}
