package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
  private static Door door;
  private static String own;
  private static String ended;
  private static String foreign;

  @BeforeAll
  static void open() throws Exception {
    door = new Door(Door.quick());
    own = door.board.submit("ada");
    ended = door.board.submit("ada");
    door.board.completed(ended);
    foreign = door.board.submit("bob");
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      {"event":"ping"}                                                            | pong
      {"event":"ping","data":{}}                                                  | pong
      {"event":"ping","data":null,"id":7}                                         | pong
      {"event":"subscribe","data":{"generationId":"OWN"}}                         | subscribed queued
      {"event":"subscribe","data":{"generationId":"OWN","after":null}}            | subscribed queued
      {"event":"subscribe","data":{"generationId":"OWN","after":1}}               | subscribed queued
      {"event":"subscribe","data":{"generationId":"ENDED"}}                       | subscribed completed
      {"event":"subscribe","data":{"generationId":"*"}}                           | subscribed
      {"event":"unsubscribe","data":{"generationId":"OWN"}}                       | unsubscribed
      {"event":"unsubscribe","data":{"generationId":"*"}}                         | unsubscribed
      {"event":"subscribe","data":{"generationId":"FOREIGN"}}                     | error not_found
      {"event":"subscribe","data":{"generationId":"gen_none"}}                    | error not_found
      {"event":"subscribe","data":{"generationId":""}}                            | error not_found
      {"event":"subscribe","data":{"generationId":"a\\u0000b"}}                   | error not_found
      {"event":"subscribe","data":{"generationId":"../etc"}}                      | error not_found
      {"event":"cancel","data":{"generationId":"FOREIGN"}}                        | error not_found
      {"event":"cancel","data":{"generationId":"gen_none"}}                       | error not_found
      {"event":"cancel","data":{"generationId":"ENDED"}}                          | error not_cancellable
      {"event":"cancel","data":{"generationId":"*"}}                              | error malformed_request
      {"event":"cancel","data":{}}                                                | error malformed_request
      {"event":"cancel"}                                                          | error malformed_request
      {"event":"subscribe"}                                                       | error malformed_request
      {"event":"subscribe","data":[]}                                             | error malformed_request
      {"event":"subscribe","data":"OWN"}                                          | error malformed_request
      {"event":"subscribe","data":{"generationId":7}}                             | error malformed_request
      {"event":"subscribe","data":{"generationId":null}}                          | error malformed_request
      {"event":"subscribe","data":{"generationId":["OWN"]}}                       | error malformed_request
      {"event":"subscribe","data":{"generationId":"OWN","after":-1}}              | error malformed_request
      {"event":"subscribe","data":{"generationId":"OWN","after":1.5}}             | error malformed_request
      {"event":"subscribe","data":{"generationId":"OWN","after":"1"}}             | error malformed_request
      {"event":"subscribe","data":{"generationId":"OWN","after":99999999999999999999}} | error malformed_request
      {"event":"subscribe","data":{"generationId":"*","after":3}}                 | error malformed_request
      {"event":"subscribe","data":{"generationId":"OWN","userId":"bob"}}          | error malformed_request
      {"event":"subscribe","data":{"generationId":"OWN"},"event":"ping"}          | error malformed_request
      {"event":"job:completed","data":{"generationId":"OWN"}}                     | error malformed_request
      {"event":"Subscribe","data":{"generationId":"OWN"}}                         | error malformed_request
      {"event":"","data":{}}                                                      | error malformed_request
      {"event":null}                                                              | error malformed_request
      {"event":{"a":1}}                                                           | error malformed_request
      {"data":{}}                                                                 | error malformed_request
      {}                                                                          | error malformed_request
      []                                                                          | error malformed_request
      [{"event":"ping"}]                                                          | error malformed_request
      "ping"                                                                      | error malformed_request
      42                                                                          | error malformed_request
      null                                                                        | error malformed_request
      true                                                                        | error malformed_request
      {"event":"ping"                                                             | error malformed_request
      {"event":"ping"}{"event":"ping"}                                            | error malformed_request
      {'event':'ping'}                                                            | error malformed_request
      hello                                                                       | error malformed_request
      <script>alert(1)</script>                                                   | error malformed_request
      """)
  void each_message_has_its_answer_and_the_socket_stays_open(String message, String answer) {
    Listener listener = Listener.open(door, "ada");

    listener.say(message.replace("OWN", own).replace("ENDED", ended).replace("FOREIGN", foreign));

    Listener.waitFor(() -> !listener.frames.isEmpty());
    assertThat(Listener.brief(listener.frames.get(0))).isEqualTo(answer);
    assertThat(listener.settled().closed).isNotDone();
    listener.drop();
  }

  @Test
  void an_empty_message_a_deep_one_and_a_binary_one_get_an_error_too() {
    Listener listener = Listener.open(door, "ada");

    listener.say("").say("{\"event\":" + "[".repeat(8_000)).say("[".repeat(16_000));
    listener.socket().sendBinary(ByteBuffer.wrap(new byte[] {1, 2}), true).join();

    assertThat(listener.settled().hears(4))
        .containsExactlyElementsOf(java.util.Collections.nCopies(4, "error malformed_request"));
    listener.drop();
  }

  @Test
  void a_foreign_generation_is_indistinguishable_from_none() {
    Listener listener = Listener.open(door, "ada");

    listener.subscribe(foreign).cancel(foreign).subscribe("gen_none").cancel("gen_none");
    listener.hears(4);

    assertThat(listener.frames.get(0).toString().replace(foreign, "gen_none"))
        .isEqualTo(listener.frames.get(2).toString());
    assertThat(listener.frames.get(1).toString().replace(foreign, "gen_none"))
        .isEqualTo(listener.frames.get(3).toString());
    listener.drop();
  }

  @Test
  void an_error_names_the_generation_and_the_unknown_field() {
    Listener listener = Listener.open(door, "ada");

    listener.subscribe("gen_none");
    listener.say("{\"event\":\"subscribe\",\"data\":{\"generationId\":\"x\",\"userId\":\"b\"}}");
    listener.hears(2);

    assertThat(listener.frames.get(0).at("/data/generationId").asText()).isEqualTo("gen_none");
    assertThat(listener.frames.get(1).at("/data/message").asText()).contains("userId");
    listener.drop();
  }

  @Test
  void an_api_key_does_over_a_socket_what_its_scopes_allow() throws Exception {
    Listener reader = Listener.open(door, "ada+reads");
    reader.cancel(own).subscribe(own);
    assertThat(reader.hears(3))
        .containsExactly("error forbidden", "subscribed queued", "job:queued 1");
    reader.drop();

    String another = door.board.submit("ada");
    Listener writer = Listener.open(door, "ada+writes");
    writer.subscribe(another).subscribe("*").cancel(another);
    assertThat(writer.hears(3)).startsWith("error forbidden", "error forbidden");
    Listener.waitFor(() -> door.board.snapshot("ada", false, another).orElseThrow().terminal());
    writer.drop();

    HttpRequest events =
        HttpRequest.newBuilder(door.http("/api/generate/video/events?generation_id=" + own))
            .header("Authorization", "Bearer ada+writes")
            .build();
    assertThat(Listener.HTTP.send(events, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(403);
  }

  @Test
  void a_message_of_16_kib_is_read_and_one_byte_more_closes_the_socket() throws Exception {
    String ping = "{\"event\":\"ping\",\"data\":\"\"}";
    String full = ping.replace("\"\"", "\"" + "x".repeat(16_384 - ping.length()) + "\"");
    try (RawClient client = new RawClient(door, "ada", 64 * 1024)) {
      client.text(full);
      assertThat(client.read().text()).contains("pong");

      client.text(full.replace("xx", "xxx"));
      assertThat(client.readCloseCode()).isEqualTo(1009);
    }
  }

  @Test
  void a_message_in_fragments_counts_as_a_whole() throws Exception {
    try (RawClient client = new RawClient(door, "ada", 64 * 1024)) {
      client.send(0x01, "{\"event\":".getBytes(StandardCharsets.UTF_8));
      client.send(0x89, new byte[] {7}); // a ping in between
      client.send(0x80, "\"ping\"}".getBytes(StandardCharsets.UTF_8));
      assertThat(client.read().payload()).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
      assertThat(client.read().text()).contains("pong");

      client.send(0x01, new byte[10_000]).send(0x00, new byte[6_000]).send(0x80, new byte[500]);
      assertThat(client.readCloseCode()).isEqualTo(1009);
    }
  }

  @Test
  void text_that_is_not_utf_8_closes_the_socket_as_the_rfc_asks() throws Exception {
    try (RawClient client = new RawClient(door, "ada", 64 * 1024)) {
      client.send(0x81, new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"'});

      assertThat(client.readCloseCode()).isEqualTo(1007);
    }
  }

  @Test
  void messages_are_counted_by_names_that_are_known() {
    Listener listener = Listener.open(door, "ada");
    double before = door.metric("video_websocket_messages_total", "other");

    listener.say("{\"event\":\"no-such-thing\"}").settled();

    assertThat(door.metric("video_websocket_messages_total", "other")).isEqualTo(before + 1);
    assertThat(door.metric("video_websocket_messages_total", "pong")).isGreaterThanOrEqualTo(1);
    listener.drop();
  }
}
