package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
  private static Door door;

  @BeforeAll
  static void open() throws Exception {
    door = new Door(Door.quick());
  }

  @AfterAll
  static void close() {
    door.close();
  }

  private static WebSocket.Builder client() {
    return Listener.HTTP.newWebSocketBuilder();
  }

  private static Listener.Refused refused(URI uri, WebSocket.Builder builder) {
    return catchThrowableOfType(Listener.Refused.class, () -> Listener.open(uri, builder));
  }

  @Test
  void without_a_token_the_upgrade_is_refused_with_a_plain_challenge() {
    Listener.Refused refused = refused(door.socket(), client());

    assertThat(refused.status).isEqualTo(401);
    assertThat(refused.authenticate).isEqualTo("Bearer");
  }

  @Test
  void a_bad_token_is_refused_and_called_invalid_wherever_it_stands() {
    URI ticket = URI.create(door.socket() + "?ticket=forged");

    assertThat(
            List.of(
                refused(door.socket(), client().header("Authorization", "Bearer NOT-GOOD")),
                refused(door.socket(), client().subprotocols("video.v1", "bearer.NOT-GOOD")),
                refused(ticket, client())))
        .allMatch(refused -> refused.status == 401)
        .allMatch(refused -> refused.authenticate.equals("Bearer error=\"invalid_token\""));
  }

  @Test
  void a_sub_protocol_pair_carries_the_token_and_only_ours_is_answered() {
    Listener listener =
        Listener.open(door.socket(), client().subprotocols("video.v1", "bearer.ada"));

    assertThat(listener.socket().getSubprotocol()).isEqualTo("video.v1");
    assertThat(listener.settled().count("pong")).isEqualTo(1);
    listener.drop();
  }

  @Test
  void a_ticket_opens_one_socket() {
    URI ticket = URI.create(door.socket() + "?ticket=t-bob");

    Listener.open(ticket, client()).settled().drop();

    assertThat(refused(ticket, client()).status).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "https://studio.example, 101",
    "https://STUDIO.example:443, 101",
    "http://studio.example, 403",
    "https://studio.example.evil.example, 403",
    "https://evil.example, 403",
    "null, 403"
  })
  void a_page_must_come_from_an_allowed_origin(String origin, int status) {
    WebSocket.Builder builder =
        client().header("Authorization", "Bearer carl").header("Origin", origin);
    if (status == 101) {
      Listener.open(door.socket(), builder).settled().drop();
    } else {
      assertThat(refused(door.socket(), builder).status).isEqualTo(status);
    }
  }

  @Test
  void a_page_of_this_very_service_on_a_loopback_name_may_connect() {
    String own = "http://127.0.0.1:" + door.port();
    Listener.open(
            door.socket(), client().header("Authorization", "Bearer carl").header("Origin", own))
        .settled()
        .drop();

    WebSocket.Builder otherPort =
        client().header("Authorization", "Bearer carl").header("Origin", "http://127.0.0.1:1");
    assertThat(refused(door.socket(), otherPort).status).isEqualTo(403);
  }

  @Test
  void one_socket_more_than_allowed_is_refused_until_one_has_left() {
    List<Listener> listeners = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      listeners.add(Listener.open(door, "dora"));
    }
    WebSocket.Builder oneMore = client().header("Authorization", "Bearer dora");

    assertThat(refused(door.socket(), oneMore).status).isEqualTo(429);
    Listener.open(door, "emil").settled().drop();

    listeners.get(0).socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    await().untilAsserted(() -> Listener.open(door, "dora").settled().drop());
    listeners.forEach(Listener::drop);
  }

  @Test
  void connections_are_counted_while_they_are_open() {
    Listener listener = Listener.open(door, "fred").settled();
    assertThat(door.metric("video_websocket_connections")).isGreaterThanOrEqualTo(1);

    listener.drop();
    await().until(() -> door.metric("video_websocket_connections") == 0);
  }

  @ParameterizedTest
  @CsvSource({"GET, 400", "POST, 405", "HEAD, 405", "DELETE, 405"})
  void plain_requests_are_refused(String method, int status) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(door.http("/api/socket"))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Authorization", "Bearer ada")
            .build();

    assertThat(Listener.HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(status);
  }

  @Test
  void compression_is_not_negotiated() throws Exception {
    try (RawClient client = new RawClient(door, "gina", 64 * 1024)) {
      assertThat(client.head).startsWith("HTTP/1.1 101").doesNotContain("permessage-deflate");
    }
  }
}
