package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.events.EventsSettings;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no well-behaved Socket.IO client does, and slow ones. */
class EngineIoTest {
  private static final String BULKY = "x".repeat(1_000);
  private Door door;

  @BeforeEach
  void open() throws Exception {
    door = new Door(Door.paced(4 << 20, Duration.ofSeconds(30), Duration.ofSeconds(25), 40));
  }

  @AfterEach
  void close() {
    door.close();
  }

  private String follow(IoPoller poller) throws Exception {
    String id = door.board.submit("ada");
    poller.post("42[\"subscribe\",{\"generationId\":\"" + id + "\"}]");
    List<String> heard = new ArrayList<>();
    while (heard.size() < 2) {
      heard.addAll(poller.poll());
    }
    assertThat(heard.get(0)).startsWith("42[\"subscribed\",{");
    assertThat(heard.get(1)).startsWith("42[\"job:queued\",{");
    return id;
  }

  @Test
  void a_poller_that_stays_away_gets_the_latest_progress_and_every_other_event() throws Exception {
    IoPoller poller = IoPoller.open(door, "ada");
    String id = follow(poller);
    for (int attempt = 0; attempt < 50; attempt++) {
      door.board.started(id);
      for (int percent = 0; percent < 100; percent++) {
        door.board.progress(id, percent, BULKY);
      }
      door.board.retried(id);
    }
    door.board.completed(id);

    List<String> heard = new ArrayList<>();
    while (heard.isEmpty() || !heard.get(heard.size() - 1).startsWith("42[\"job:completed\"")) {
      heard.addAll(poller.poll());
    }
    assertThat(heard.stream().filter(one -> one.startsWith("42[\"job:started\""))).hasSize(50);
    assertThat(heard.stream().filter(one -> one.startsWith("42[\"job:failed\""))).hasSize(50);
    assertThat(heard.stream().filter(one -> one.startsWith("42[\"job:progress\"")).count())
        .isBetween(50L, 2_000L);
    assertThat(heard).noneMatch(one -> one.startsWith("42[\"resync\""));
  }

  @Test
  void a_reader_that_stays_behind_is_closed_so_that_it_comes_back() throws Exception {
    door.close();
    door = new Door(Door.paced(4 << 20, Duration.ofMillis(200), Duration.ofSeconds(25), 40));
    IoPoller poller = IoPoller.open(door, "ada");
    String id = follow(poller);
    door.board.completed(id);

    Listener.waitFor(() -> door.metric("video_websocket_connections") == 0);
    assertThat(poller.poll()).contains("1");
  }

  @Test
  void a_reader_for_whom_too_much_waits_is_closed() throws Exception {
    IoPoller poller = IoPoller.open(door, "ada");
    String id = follow(poller);
    for (int i = 0; i < 5_000; i++) {
      door.board.progress(id, 1, BULKY);
      door.board.queued(id, i);
    }

    Listener.waitFor(() -> door.metric("video_websocket_connections") == 0);
  }

  @Test
  void a_slow_websocket_is_closed_with_the_resumable_code() throws Exception {
    door.close();
    door = new Door(Door.paced(64 << 20, Duration.ofMillis(200), Duration.ofSeconds(25), 40));
    try (RawClient client =
        new RawClient(door, "/api/socket/?EIO=4&transport=websocket", "ada", 4 * 1024)) {
      String id = door.board.submit("ada");
      client.text("40").text("42[\"subscribe\",{\"generationId\":\"" + id + "\"}]");
      assertThat(client.read().text()).startsWith("0{\"sid\"");
      assertThat(client.read().text()).startsWith("40{\"sid\"");
      assertThat(client.read().text()).startsWith("42[\"subscribed\"");
      for (int i = 0; i < 8_000; i++) {
        door.board.progress(id, 1, BULKY);
        door.board.queued(id, i);
      }
      Listener.waitFor(() -> SlowReaderTest.closing(door, id));
      assertThat(client.readCloseCode()).isEqualTo(4408);
    }
    Listener.waitFor(() -> door.metric("video_websocket_connections") == 0);
  }

  @Test
  void who_says_too_much_is_told_and_then_closed() throws Exception {
    try (RawClient client =
        new RawClient(door, "/api/socket/?EIO=4&transport=websocket", "ada", 64 * 1024)) {
      client.text("40");
      for (int i = 0; i < 150; i++) {
        client.text("42[\"ping\"]");
      }
      List<String> texts = new ArrayList<>();
      RawClient.Frame frame = client.read();
      for (; frame.opCode() == 1; frame = client.read()) {
        texts.add(frame.text());
      }
      assertThat(texts).anyMatch(text -> text.contains("\"rate_limited\""));
      assertThat(frame.closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void who_comes_from_elsewhere_or_speaks_otherwise_is_refused() throws Exception {
    IoPoller poller = IoPoller.open(door, "ada");

    assertThat(status("?EIO=3&transport=polling")).isEqualTo(400);
    assertThat(status("?EIO=4&transport=polling&sid=nobody")).isEqualTo(400);
    assertThat(status("?EIO=4&transport=websocket")).isEqualTo(400);
    assertThat(status("?EIO=4&transport=polling&EIO=4&x&&=&j=0")).isEqualTo(200);
    assertThat(status("?EIO=%E4")).isEqualTo(400);
    for (HttpRequest.Builder request :
        List.of(poller.request(), poller.request().POST(BodyPublishers.ofString("3")))) {
      assertThat(IoPoller.send(request.header("Origin", "https://evil.example")).statusCode())
          .isEqualTo(403);
    }
    assertThat(IoPoller.send(poller.request().DELETE()).statusCode()).isEqualTo(405);
    assertThat(
            IoPoller.send(
                    HttpRequest.newBuilder(door.http("/api/socket/?EIO=4&transport=polling"))
                        .POST(BodyPublishers.ofString("40")))
                .statusCode())
        .isEqualTo(400);
  }

  private int status(String query) throws Exception {
    return IoPoller.send(HttpRequest.newBuilder(door.http("/api/socket/" + query))).statusCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9", "x", "3\u001e", "0{}", "5"})
  void what_is_not_engine_io_ends_the_connection(String body) throws Exception {
    IoPoller poller = IoPoller.open(door, "ada");

    assertThat(poller.post(body)).isEqualTo(400);
    assertThat(poller.poll()).contains("1");
    assertThat(door.metric("video_websocket_connections")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4",
        "4{",
        "49",
        "42",
        "42[",
        "42[]",
        "42{}",
        "42[7]",
        "42[\"subscribe\"]",
        "42[\"subscribe\",\"x\"]",
        "452147483647-[\"subscribe\",{\"_placeholder\":true,\"num\":0}]"
      })
  void what_is_not_socket_io_is_an_error_and_the_connection_stays(String packet) throws Exception {
    IoPoller poller = IoPoller.open(door, "ada");

    poller.post(packet);

    assertThat(poller.poll().get(0)).startsWith("42[\"error\",{\"code\":\"malformed_request\"");
    poller.post("42[\"ping\"]");
    assertThat(poller.poll()).containsExactly("42[\"pong\",{}]");
  }

  @Test
  void a_nested_bomb_is_only_an_error() throws Exception {
    IoPoller poller = IoPoller.open(door, "ada");

    poller.post("42[\"subscribe\"," + "[".repeat(8_000));

    assertThat(poller.poll().get(0)).contains("malformed_request");
  }

  @ParameterizedTest
  @CsvSource({"17000, 413", "70000, 413"})
  void a_body_that_is_too_large_ends_the_connection(int length, int status) throws Exception {
    IoPoller poller = IoPoller.open(door, "ada");

    assertThat(poller.postInChunks("42[\"" + "x".repeat(length) + "\"]")).isEqualTo(status);
    Listener.waitFor(() -> door.metric("video_websocket_connections") == 0);
  }

  @Test
  void a_body_without_a_length_and_several_packets_in_one_are_taken() throws Exception {
    IoPoller poller = IoPoller.open(door, "ada");

    assertThat(poller.postInChunks("42[\"ping\"]\u001e421[\"ping\"]")).isEqualTo(200);

    List<String> heard = new ArrayList<>();
    while (heard.size() < 3) {
      heard.addAll(poller.poll());
    }
    assertThat(heard)
        .containsExactly("42[\"pong\",{}]", "42[\"pong\",{}]", "431[{\"success\":true}]");
  }

  @Test
  void two_polls_at_once_end_the_connection() throws Exception {
    IoPoller poller = IoPoller.open(door, "ada");
    CompletableFuture<HttpResponse<String>> first = poller.pollLater();
    CompletableFuture<HttpResponse<String>> second = poller.pollLater();

    assertThat(List.of(first.get().statusCode(), second.get().statusCode()))
        .containsExactlyInAnyOrder(200, 400);
    Listener.waitFor(() -> door.metric("video_websocket_connections") == 0);
  }

  @Test
  void a_stranger_has_nothing_to_say_and_other_namespaces_are_none() throws Exception {
    String id = door.board.submit("ada");
    IoPoller stranger = IoPoller.stranger(door);

    stranger.post("42[\"subscribe\",{\"generationId\":\"" + id + "\"}]");
    stranger.post("40/admin,{\"token\":\"ada\"}");

    assertThat(stranger.poll().get(0)).startsWith("44/admin,{\"message\":\"Invalid namespace\"");
  }

  @Test
  void a_shutdown_lets_nobody_wait() throws Exception {
    CompletableFuture<HttpResponse<String>> poll = IoPoller.open(door, "ada").pollLater();
    Listener listener = Listener.open(door, "ada").settled();

    door.realtime.close();

    assertThat(poll.get().body()).isEqualTo("1");
    assertThat(listener.closeCode()).isEqualTo(1012);
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("engineIo"))
        .isEmpty();
  }

  @Test
  void the_kept_events_are_enough_to_go_on_after_a_reconnection() throws Exception {
    door.close();
    door = new Door(Door.quick(), EventsSettings.defaults());
    IoPoller poller = IoPoller.open(door, "ada");
    String id = follow(poller);
    door.board.started(id);
    door.board.progress(id, 50);
    IoPoller again = IoPoller.open(door, "ada");

    again.post("42[\"subscribe\",{\"generationId\":\"" + id + "\",\"after\":1}]");

    List<String> heard = new ArrayList<>();
    while (heard.size() < 3) {
      heard.addAll(again.poll());
    }
    assertThat(heard.get(1)).startsWith("42[\"job:started\"").contains("\"seq\":2");
    assertThat(heard.get(2)).startsWith("42[\"job:progress\"").contains("\"seq\":3");
  }
}
