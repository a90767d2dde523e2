package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.events.EventsSettings;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventStreamTest {
  private Door door;
  private MemoryBoard board;

  @BeforeEach
  void open() throws Exception {
    door =
        new Door(
            Door.paced(1 << 20, Duration.ofMillis(300), Duration.ofSeconds(30), 2_000),
            new EventsSettings(8, 1 << 20, Duration.ofMinutes(5), Duration.ofMillis(50)));
    board = door.board;
  }

  @AfterEach
  void close() {
    door.close();
  }

  private HttpRequest.Builder request(String id) {
    return HttpRequest.newBuilder(door.http("/api/generate/video/events?generation_id=" + id))
        .timeout(Duration.ofSeconds(20));
  }

  /** What a stream says, line by line without the blank ones, and its end. */
  private static final class Stream {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final CompletableFuture<Void> ended;

    Stream(HttpRequest request) {
      ended =
          Listener.HTTP
              .sendAsync(request, HttpResponse.BodyHandlers.ofLines())
              .thenAcceptAsync(
                  response -> response.body().filter(line -> !line.isEmpty()).forEach(lines::add));
    }

    List<String> ids() {
      return lines.stream().filter(line -> line.startsWith("id: ")).toList();
    }

    void hears(String line) {
      Listener.waitFor(() -> lines.stream().anyMatch(said -> said.startsWith(line)));
    }
  }

  private Stream stream(String id, String token) {
    return new Stream(request(id).header("Authorization", "Bearer " + token).build());
  }

  private Stream stream(String id, String token, String lastEventId) {
    return new Stream(
        request(id)
            .header("Authorization", "Bearer " + token)
            .header("Last-Event-ID", lastEventId)
            .build());
  }

  @Test
  void a_stream_begins_with_the_present_state_and_ends_after_the_terminal_event() {
    String id = board.submit("ada");
    Stream stream = stream(id, "ada");
    stream.hears("id: 1");

    board.progress(id, 40);
    stream.hears("id: 2");
    board.completed(id);
    board.queued(id, 1);

    assertThat(stream.ended).succeedsWithin(Duration.ofSeconds(10));
    assertThat(stream.lines.stream().filter(line -> !line.equals(":")))
        .containsExactly(
            "id: 1",
            "event: job:queued",
            "data: {\"generationId\":\"" + id + "\",\"position\":1,\"seq\":1,\"ts\":1000}",
            "id: 2",
            "event: job:progress",
            "data: {\"generationId\":\""
                + id
                + "\",\"percent\":40,\"stage\":\"generating\",\"message\":\"frames\","
                + "\"seq\":2,\"ts\":1001}",
            "id: 3",
            "event: job:completed",
            "data: {\"generationId\":\""
                + id
                + "\",\"videoUrl\":\"https://v/"
                + id
                + "\",\"posterUrl\":null,\"seq\":3,\"ts\":1002}");
  }

  @Test
  void a_client_that_comes_back_hears_what_it_missed() {
    String id = board.submit("ada");
    board.started(id);
    board.progress(id, 5);
    board.completed(id);

    Stream stream = stream(id, "ada", "2");

    assertThat(stream.ended).succeedsWithin(Duration.ofSeconds(10));
    assertThat(stream.ids()).containsExactly("id: 3", "id: 4");
  }

  @Test
  void what_is_no_longer_kept_is_resync_and_the_present_state() {
    String id = board.submit("ada");
    for (int percent = 0; percent < 20; percent++) {
      board.progress(id, percent);
    }
    board.completed(id);

    Stream stream = stream(id, "ada", "2");

    assertThat(stream.ended).succeedsWithin(Duration.ofSeconds(10));
    assertThat(stream.lines.get(0)).isEqualTo("event: resync");
    assertThat(stream.ids()).containsExactly("id: 22");
  }

  @Test
  void a_browser_that_has_heard_the_end_is_told_not_to_come_back() throws Exception {
    String id = board.submit("ada");
    board.completed(id);

    HttpResponse<String> response =
        Listener.HTTP.send(
            request(id).header("Authorization", "Bearer ada").header("Last-Event-ID", "2").build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(204);
  }

  @Test
  void the_answer_is_an_event_stream_that_nobody_stores() throws Exception {
    String id = board.submit("ada");
    board.completed(id);

    HttpResponse<String> response =
        Listener.HTTP.send(
            request(id).header("Authorization", "Bearer ada").build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, gen_1, , 401, Bearer",
    "GET, gen_1, NOT-GOOD, 401, Bearer error=\"invalid_token\"",
    "GET, gen_1, bob, 404, ''",
    "GET, gen_none, ada, 404, ''",
    "GET, a%00b, ada, 404, ''",
    "HEAD, gen_1, ada, 405, ''",
    "POST, gen_1, ada, 405, ''"
  })
  void refusals_are_http_errors(
      String method, String id, String token, int status, String challenge) throws Exception {
    board.submit("ada");
    HttpRequest.Builder request = request(id).method(method, HttpRequest.BodyPublishers.noBody());
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }

    HttpResponse<Void> response =
        Listener.HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding());

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).isEqualTo(challenge);
  }

  @Test
  void without_a_generation_or_without_a_database_there_is_no_stream() throws Exception {
    HttpRequest nothing =
        HttpRequest.newBuilder(door.http("/api/generate/video/events"))
            .header("Authorization", "Bearer ada")
            .build();
    assertThat(Listener.HTTP.send(nothing, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(400);

    String id = board.submit("ada");
    board.away = true;
    HttpRequest later = request(id).header("Authorization", "Bearer ada").build();
    assertThat(Listener.HTTP.send(later, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(503);
  }

  @Test
  void a_quiet_stream_is_kept_alive_by_comments() {
    Stream stream = stream(board.submit("ada"), "ada");

    stream.hears(":");

    assertThat(stream.ended).isNotDone();
  }

  @Test
  void expiry_revocation_and_shutdown_end_a_stream() {
    String id = board.submit("ada");
    Stream revoked = stream(id, "ada@one");
    revoked.hears("id: 1");
    door.realtime.closeSession("ada", "one");
    assertThat(revoked.ended).succeedsWithin(Duration.ofSeconds(10));

    Stream stopped = stream(id, "ada");
    stopped.hears("id: 1");
    Stream expired = stream(id, "ada");
    expired.hears("id: 1");
    door.now = Door.START.plusSeconds(3_600);
    assertThat(expired.ended).succeedsWithin(Duration.ofSeconds(10));

    door.now = Door.START;
    Stream last = stream(id, "ada");
    last.hears("id: 1");
    door.stop();
    assertThat(last.ended).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void a_client_that_is_gone_gives_its_place_back_and_one_too_many_is_refused() throws Exception {
    String id = board.submit("ada");
    List<Socket> sockets = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 20; i++) {
      sockets.add(connect(id, 64 * 1024));
    }
    HttpRequest oneMore = request(id).header("Authorization", "Bearer ada").build();
    assertThat(Listener.HTTP.send(oneMore, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(429);

    sockets.get(0).close();

    Listener.waitFor(
        () -> {
          InputStream body =
              Listener.HTTP.send(oneMore, HttpResponse.BodyHandlers.ofInputStream()).body();
          int first = body.read();
          body.close();
          return first == 'i';
        });
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void a_reader_that_stays_behind_is_cut_off() throws Exception {
    String id = board.submit("ada");
    try (Socket socket = connect(id, 4 * 1024)) {
      for (int i = 0; i < 6_000; i++) {
        board.queued(id, i);
        board.progress(id, 1, "x".repeat(1_000));
        board.retried(id);
      }
      board.completed(id);
      byte[] all = readAll(socket);
      assertThat(new String(all, StandardCharsets.UTF_8)).doesNotContain("job:completed");
    }
  }

  private static byte[] readAll(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (java.io.IOException e) {
      return new byte[0]; // reset
    }
  }

  private Socket connect(String id, int receiveBuffer) throws Exception {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(receiveBuffer);
    socket.setSoTimeout(10_000);
    socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()));
    socket
        .getOutputStream()
        .write(
            ("GET /api/generate/video/events?generation_id="
                    + id
                    + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ada\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
    return socket;
  }
}
