package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.events.EventsSettings;
import com.jadariselabs.video.studio.BrowserUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** npm's {@code socket.io-client} in a browser. */
class SocketIoTest {
  private static final Map<String, ?> WEBSOCKET = Map.of("transports", List.of("websocket"));
  private static BrowserUnderTest browser;
  private static Door door;
  private static IoPage page;

  @BeforeAll
  static void start() throws Exception {
    browser = BrowserUnderTest.start();
    door = new Door(Door.quick());
    page = new IoPage(browser, door);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
      door.close();
    }
  }

  @AfterEach
  void disconnect() {
    page.disconnectAll();
    Listener.waitFor(() -> door.metric("video_websocket_connections") == 0);
    door.now = Door.START;
  }

  private static Map<String, ?> options(String transports) {
    return transports.equals("default")
        ? Map.of()
        : Map.of("transports", List.of(transports.split("-")));
  }

  private static void follow(IoPage page, String name, String id) {
    assertThat(page.ask(name, "subscribe", Map.of("generationId", id)))
        .containsEntry("success", true)
        .containsEntry("generationId", id)
        .containsEntry("status", "queued")
        .containsEntry("seq", 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "polling", "websocket", "websocket-polling"})
  void a_client_follows_a_generation_to_its_end_over_any_transport(String transports) {
    String id = door.board.submit("ada");
    page.connect("it", "ada", options(transports));
    follow(page, "it", id);
    door.board.started(id);
    for (int percent = 10; percent <= 90; percent += 20) {
      door.board.progress(id, percent);
    }
    door.board.completed(id);

    List<String> heard = page.hears("it", "job:completed");
    assertThat(heard).startsWith("connect", "subscribed queued", "job:queued 1", "job:started 2");
    assertThat(heard).endsWith("job:progress 7", "job:completed 8");
    assertThat(heard.stream().filter(one -> one.startsWith("job:completed"))).hasSize(1);
    Map<String, Object> last = page.data("it").get(page.data("it").size() - 1);
    assertThat(last)
        .containsEntry("generationId", id)
        .containsEntry("videoUrl", "https://v/" + id)
        .containsEntry("seq", 8)
        .containsKey("ts");
    assertThat(door.metric("video_websocket_connections")).isEqualTo(1);
  }

  @Test
  void a_default_client_begins_by_polling_and_goes_on_by_websocket_without_losing_anything() {
    String id = door.board.submit("ada");
    page.connect("it", "ada", Map.of());
    follow(page, "it", id);
    int sent = 0;
    while (!page.transports("it").contains("websocket") && sent < 500) {
      door.board.queued(id, ++sent);
    }
    door.board.completed(id);

    List<String> heard = page.hears("it", "job:completed");
    assertThat(page.transports("it")).containsExactly("polling", "websocket");
    assertThat(heard.stream().filter(one -> one.startsWith("job:")))
        .hasSize(sent + 2)
        .doesNotHaveDuplicates();
  }

  @Test
  void every_message_is_acknowledged_with_its_outcome() {
    String mine = door.board.submit("ada");
    String foreign = door.board.submit("bob");
    String ended = door.board.submit("ada");
    door.board.completed(ended);
    page.connect("it", "ada", WEBSOCKET);

    assertThat(page.ask("it", "ping", Map.of())).containsEntry("success", true);
    assertThat(page.ask("it", "subscribe", Map.of("generationId", "*")))
        .containsEntry("generationId", "*");
    assertThat(page.ask("it", "subscribe", Map.of("generationId", foreign)))
        .containsEntry("success", false)
        .containsEntry("code", "not_found");
    assertThat(page.ask("it", "cancel", Map.of("generationId", foreign)))
        .containsEntry("code", "not_found");
    assertThat(page.ask("it", "cancel", Map.of("generationId", ended)))
        .containsEntry("code", "not_cancellable");
    assertThat(page.ask("it", "cancel", Map.of("generationId", mine)))
        .containsEntry("success", true)
        .containsEntry("status", "cancelled");
    assertThat(page.ask("it", "sing", Map.of())).containsEntry("code", "malformed_request");
    assertThat(page.ask("it", "unsubscribe", Map.of("generationId", "*")))
        .containsEntry("success", true);
    assertThat(page.heard("it"))
        .contains("pong", "subscribed", "error not_found", "job:cancelled 2", "unsubscribed")
        .doesNotContain("disconnect");
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket"})
  void a_stranger_is_told_why_it_is_not_let_in(String transport) {
    page.connect("forged", "NOT-GOOD", options(transport));
    page.connectWith("nobody", Map.of(), options(transport));

    assertThat(page.hears("forged", "connect_error"))
        .containsExactly("connect_error invalid token unauthorized");
    assertThat(page.hears("nobody", "connect_error"))
        .containsExactly("connect_error a token is needed unauthorized");
    assertThat(door.metric("video_websocket_connections")).isZero();
  }

  @Test
  void a_header_or_a_ticket_lets_in_too() {
    page.connectWith(
        "header",
        Map.of(),
        Map.of(
            "transports", List.of("polling"),
            "extraHeaders", Map.of("Authorization", "Bearer ada")));
    page.connectWith("ticket", Map.of("ticket", "t-bob"), WEBSOCKET);
    page.connectWith("query", Map.of(), Map.of("query", Map.of("ticket", "t-carl")));

    page.hears("header", "connect");
    page.hears("ticket", "connect");
    page.hears("query", "connect");
    assertThat(page.ask("query", "ping", Map.of())).containsEntry("success", true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket"})
  void a_revoked_session_is_closed_and_does_not_come_back(String transport) {
    page.connect("one", "ada@one", options(transport));
    page.connect("two", "ada@two", options(transport));
    page.ask("one", "ping", Map.of());
    page.ask("two", "ping", Map.of());

    door.realtime.closeSession("ada", "one");

    assertThat(page.hears("one", "disconnect"))
        .endsWith("error unauthorized", "disconnect io server disconnect");
    assertThat(page.ask("two", "ping", Map.of())).containsEntry("success", true);
    Listener.waitFor(() -> door.metric("video_websocket_connections") == 1);
  }

  @Test
  void an_expired_token_ends_the_connection() {
    page.connect("it", "ada", Map.of());
    page.ask("it", "ping", Map.of());

    door.now = Door.START.plusSeconds(3_600);

    assertThat(page.hears("it", "disconnect")).endsWith("disconnect io server disconnect");
  }

  @Test
  void clients_come_back_after_a_restart_and_miss_nothing() throws Exception {
    List<String> transports = List.of("polling", "websocket");
    Door first = new Door(Door.quick());
    try (IoPage visitor = new IoPage(browser, first)) {
      String id = first.board.submit("ada");
      for (String transport : transports) {
        visitor.connect(transport, "ada", options(transport));
        follow(visitor, transport, id);
      }
      visitor
          .page()
          .evaluate(
              """
              (id) => Object.values(sockets).forEach(({socket}) => socket.on('connect', () =>
                  socket.emit('subscribe', {generationId: id, after: 1})))""",
              id);
      first.close();
      try (Door second = new Door(Door.quick(), EventsSettings.defaults(), first.usedPort)) {
        assertThat(second.board.submit("ada")).isEqualTo(id);
        second.board.completed(id);

        for (String transport : transports) {
          List<String> heard = visitor.hears(transport, "job:completed");
          assertThat(heard).anyMatch(one -> one.startsWith("disconnect transport"));
          assertThat(heard).contains("job:completed 2");
        }
        visitor.disconnectAll();
      }
    }
  }

  @Test
  void one_socket_more_than_allowed_is_refused_whatever_it_speaks() {
    List<Listener> listeners = new ArrayList<>();
    for (int i = 0; i < 19; i++) {
      listeners.add(Listener.open(door, "ada").settled());
    }
    page.connect("twentieth", "ada", WEBSOCKET);
    page.ask("twentieth", "ping", Map.of());
    page.connect("more", "ada", WEBSOCKET);

    assertThat(page.hears("more", "connect_error"))
        .containsExactly("connect_error too many sockets rate_limited");
    page.page().evaluate("sockets.twentieth.socket.disconnect()");
    Listener.waitFor(() -> door.metric("video_websocket_connections") == 19);
    page.connect("later", "ada", WEBSOCKET);
    page.hears("later", "connect");
    listeners.forEach(Listener::drop);
  }

  @Test
  void subscriptions_have_the_same_limit() {
    page.connect("it", "ada", WEBSOCKET);
    for (int i = 0; i < 5; i++) {
      follow(page, "it", door.board.submit("ada"));
    }
    assertThat(page.ask("it", "subscribe", Map.of("generationId", door.board.submit("ada"))))
        .containsEntry("code", "too_many_subscriptions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket"})
  void a_message_with_binary_data_is_an_error_and_the_connection_stays(String transport) {
    page.connect("it", "ada", options(transport));
    page.ask("it", "ping", Map.of());

    page.page()
        .evaluate("() => { sockets.it.socket.emit('subscribe', new Uint8Array([1, 2, 3])); }");

    page.hears("it", "error malformed_request");
    assertThat(page.ask("it", "ping", Map.of())).containsEntry("success", true);
    assertThat(page.heard("it")).noneMatch(one -> one.startsWith("disconnect"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket"})
  void a_message_over_16_kib_ends_the_connection(String transport) {
    page.connect("it", "ada", options(transport));
    page.ask("it", "ping", Map.of());

    page.say("it", "subscribe", Map.of("generationId", "x".repeat(17_000)));

    page.hears("it", "disconnect transport");
  }
}
