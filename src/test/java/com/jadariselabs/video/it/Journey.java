package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.media.Media;
import com.jadariselabs.video.media.MediaSettings;
import com.jadariselabs.video.media.Probe;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.Client.Answer;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.Ledgers;
import com.jadariselabs.video.testing.Observer;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user and an operator see of the service, from the first submission to the clean stop, in
 * one setting: a subclass says which servers it leans on, and nothing else differs.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Journey {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String SUBMIT = "/api/generate/video";
  private static final String EXAMPLE =
      "{\"prompt\":\"A majestic canary-lion walking in the savanna\",\"duration\":5,"
          + "\"model\":\"wan2\",\"quality\":\"high\",\"style\":\"cinematic\"}";

  private final Deque<AutoCloseable> servers = new ArrayDeque<>();
  private Path directory = Path.of("");
  private Instance instance;
  private Client ada;
  private Client eve;
  private String generationId = "";

  /** Starts the servers of this setting, each of them kept, and says where they are. */
  abstract void settle(Map<String, String> settings) throws Exception;

  /** The truth, to be audited. */
  Jdbi database(Instance running) {
    return running.embeddedDatabase();
  }

  /** A folder of this journey's own. */
  final Path folder(String name) {
    return directory.resolve(name);
  }

  /** How many servers the process brings itself. */
  int embeddedServers() {
    return 2;
  }

  /** How a URL of a stored file begins. */
  String mediaUrl(Instance running) {
    return "http://localhost:" + running.url().getPort() + "/media/";
  }

  /** Somebody on the starter plan. */
  Client user(Instance running, String name) {
    return running.user(name, "starter");
  }

  /** What must be in no log, besides what every setting has of that. */
  List<String> secrets() {
    return List.of();
  }

  /** Closes it when the journey is over, the latest first. */
  final <T extends AutoCloseable> T keep(T server) {
    servers.push(server);
    return server;
  }

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    Map<String, String> settings = Instance.settings(directory.resolve("data"));
    settle(settings);
    instance =
        keep(Instance.of(settings))
            .with("START_CREDITS_STARTER", 200)
            .with("START_CREDITS_FREE", 200)
            .with("SANDBOX_SMALL", "false")
            .with("FFMPEG", "")
            .with("FFPROBE", "")
            .start();
    ada = user(instance, "ada");
    eve = user(instance, "eve");
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  @Test
  @Order(1)
  void the_contracts_example_costs_8_and_ends_as_a_video_that_plays() throws Exception {
    assertThat(ada.credits()).isEqualTo(200);
    Answer accepted = ada.post(SUBMIT, EXAMPLE, "Idempotency-Key", "once");
    assertThat(accepted.status()).isEqualTo(202);
    JsonNode answer = accepted.json();
    generationId = accepted.generationId();
    assertThat(answer.path("credits_charged").asInt()).isEqualTo(8);
    assertThat(answer.path("estimated_time_seconds").asInt()).isEqualTo(150);
    assertThat(answer.path("remaining_credits").asInt()).isEqualTo(192);
    assertThat(answer.path("status").asText()).isEqualTo("queued");
    assertThat(accepted.header("Location")).get().asString().contains(generationId);
    assertThat(ada.credits()).isEqualTo(192);

    Answer again = ada.post(SUBMIT, EXAMPLE, "Idempotency-Key", "once");
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.header("Idempotency-Replayed")).contains("true");
    assertThat(again.generationId()).isEqualTo(generationId);
    assertThat(ada.credits()).isEqualTo(192);
    assertThat(ada.submit("another", 5, "Idempotency-Key", "once").json().path("code").asText())
        .isEqualTo("idempotency_mismatch");

    JsonNode done = ada.awaitEnd(generationId, PATIENCE);
    assertThat(done.path("status").asText()).isEqualTo("completed");
    assertThat(done.path("credits_refunded").asInt()).isZero();
    assertThat(done.path("attempts").asInt()).isEqualTo(1);
    assertThat(ada.credits()).isEqualTo(192);
  }

  @Test
  @Order(2)
  void the_result_starts_fast_has_a_poster_and_the_duration_that_was_asked_for() throws Exception {
    JsonNode done = ada.generation(generationId);
    assertThat(done.path("result_url").asText()).startsWith(mediaUrl(instance));
    assertThat(done.path("poster_url").asText()).startsWith(mediaUrl(instance));
    Answer video = media(done.path("result_url"));
    assertThat(video.status()).isEqualTo(200);
    assertThat(video.header("Content-Type")).contains("video/mp4");
    assertThat(indexOf(video.body(), "moov"))
        .isPositive()
        .isLessThan(indexOf(video.body(), "mdat"));
    Path file = Files.write(directory.resolve("result.mp4"), video.body());
    Probe probe = new Media(new MediaSettings("none", "none", 0, 0)).probe(file);
    assertThat(probe.durationSeconds()).isCloseTo(5.0, within(0.5));

    Answer poster = media(done.path("poster_url"));
    assertThat(poster.header("Content-Type")).contains("image/jpeg");
    assertThat(Arrays.copyOf(poster.body(), 2)).containsExactly(0xff, 0xd8);

    Answer part = media(done.path("result_url"), "Range", "bytes=4-11");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(video.body(), 4, 12));
    assertThat(part.header("Content-Range")).contains("bytes 4-11/" + video.body().length);
  }

  @Test
  @Order(3)
  void what_has_not_changed_is_not_sent_again() {
    String path = SUBMIT + "?generation_id=" + generationId;
    String etag = ada.get(path).header("ETag").orElseThrow();
    Answer unchanged = ada.get(path, "If-None-Match", etag);
    assertThat(unchanged.status()).isEqualTo(304);
    assertThat(unchanged.body()).isEmpty();
    assertThat(ada.get(path, "If-None-Match", "\"other\"").status()).isEqualTo(200);
  }

  @Test
  @Order(4)
  void what_is_somebody_elses_looks_as_if_it_did_not_exist() {
    String absent = generationId.substring(0, generationId.length() - 3) + "zzz";
    for (String query : List.of("?generation_id=%s", "/events?generation_id=%s")) {
      assertThat(essence(eve.get(SUBMIT + query.formatted(generationId))))
          .isEqualTo(essence(eve.get(SUBMIT + query.formatted(absent))))
          .startsWith("404 ");
    }
    assertThat(essence(eve.delete(SUBMIT + "?generation_id=" + generationId)))
        .isEqualTo(essence(eve.delete(SUBMIT + "?generation_id=" + absent)))
        .startsWith("404 ");
    assertThat(eve.list()).isEmpty();
    assertThat(ada.list()).containsExactly(generationId);
    assertThat(instance.nobody().get(SUBMIT + "?generation_id=" + generationId).status())
        .isEqualTo(401);
    try (Observer socket = eve.connect()) {
      for (String event : List.of("subscribe", "cancel")) {
        JsonNode foreign = refusal(socket, event, generationId);
        JsonNode missing = refusal(socket, event, absent);
        assertThat(foreign.path("code").asText()).isEqualTo("not_found");
        assertThat(foreign.path("message").asText()).isEqualTo(missing.path("message").asText());
      }
    }
  }

  @Test
  @Order(5)
  void a_cancelled_one_is_refunded_once_and_its_owner_alone_hears_of_it() {
    try (Observer hers = ada.observe();
        Observer others = eve.observe()) {
      long before = ada.credits();
      String id = ada.submit("A canary-boat that never arrives", 15).generationId();
      hers.await(heard -> heard.generationId().equals(id) && heard.event().equals("job:started"));
      Answer cancelled = ada.delete(SUBMIT + "?generation_id=" + id);
      assertThat(cancelled.status()).isEqualTo(200);
      Answer twice = ada.delete(SUBMIT + "?generation_id=" + id);
      assertThat(twice.json()).isEqualTo(cancelled.json());
      hers.await(heard -> heard.generationId().equals(id) && heard.terminal());
      int refunded = cancelled.json().path("credits_refunded").asInt();
      assertThat(ada.credits()).isEqualTo(before - 15 + refunded);
      assertThat(others.events(id)).isEmpty();
      assertThat(ada.awaitEnd(id, PATIENCE).path("status").asText()).isEqualTo("cancelled");
    }
  }

  @Test
  @Order(6)
  void a_small_body_that_comes_late_is_honoured() throws Exception {
    assertThat(dripped(1, Duration.ofMillis(700))).startsWith("HTTP/1.1 202 ");
  }

  @Test
  @Order(6)
  @Tag("chaos")
  void a_body_that_drips_is_given_up() throws Exception {
    assertThat(dripped(60, Duration.ofMillis(300))).startsWith("HTTP/1.1 408 ");
  }

  /** Sends a submission's body in so many pieces, with a pause before each. */
  private String dripped(int pieces, Duration pause) throws Exception {
    byte[] body = Client.body("Some fish that swim slowly", 1).getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), instance.url().getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST "
                  + SUBMIT
                  + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + ada.token()
                  + "\r\nContent-Type: application/json\r\nContent-Length: "
                  + body.length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < pieces && socket.getInputStream().available() == 0; i++) {
        Awaitility.await().pollDelay(pause).until(() -> true);
        int from = i * body.length / pieces;
        out.write(body, from, (i + 1) * body.length / pieces - from);
        out.flush();
      }
      return new String(socket.getInputStream().readNBytes(13), StandardCharsets.UTF_8);
    }
  }

  @Test
  @Order(7)
  void what_its_owner_takes_away_is_gone_with_its_files() {
    String id = ada.submit("A canary-fish", 1).generationId();
    JsonNode done = ada.awaitEnd(id, PATIENCE);
    assertThat(media(done.path("result_url")).status()).isEqualTo(200);
    assertThat(ada.delete(SUBMIT + "?generation_id=" + id + "&purge=true").status()).isEqualTo(200);
    assertThat(ada.get(SUBMIT + "?generation_id=" + id).status()).isEqualTo(404);
    Awaitility.await().atMost(PATIENCE).until(() -> media(done.path("result_url")).status() >= 400);
    assertThat(media(done.path("poster_url")).status()).isGreaterThanOrEqualTo(400);
  }

  @Test
  @Order(8)
  void its_money_is_sound_its_log_is_json_without_secrets_and_it_leaves_no_process_behind()
      throws Exception {
    String signed = ada.generation(generationId).path("result_url").asText();
    String userId = ada.get("/api/me").json().path("user_id").asText();
    Ledgers.assertSound(database(instance));
    assertThat(instance.metric("jvm_threads_current")).isLessThan(150);
    List<ProcessHandle> children = embeddedServers() == 0 ? List.of() : instance.embeddedServers();
    assertThat(children).hasSize(embeddedServers());
    assertThat(instance.stop()).isEqualTo(143);
    assertThat(children).noneMatch(ProcessHandle::isAlive);

    String signature = URI.create(signed).getRawQuery();
    assertThat(instance.log()).isNotEmpty();
    for (String line : instance.log()) {
      JsonNode entry = JSON.readTree(line);
      assertThat(entry.isObject()).as(line).isTrue();
      for (String field : List.of("timestamp", "level", "service", "message")) {
        assertThat(entry.path(field).isTextual()).as("%s in %s", field, line).isTrue();
      }
      assertThat(line)
          .doesNotContain("canary")
          .doesNotContain(signature)
          .doesNotContain(ada.token())
          .doesNotContain(ada.token().substring(ada.token().lastIndexOf('.') + 1));
      secrets().forEach(secret -> assertThat(line).doesNotContain(secret));
    }
    List<String> story =
        instance.log().stream()
            .filter(line -> line.contains("\"generationId\":\"" + generationId))
            .filter(
                line ->
                    line.contains("\"userId\":\"" + userId + "\"") && line.contains("\"traceId\""))
            .toList();
    assertThat(story).hasSize(3);
    assertThat(story.get(0)).contains("queued at 1");
    assertThat(story.get(1)).contains("started attempt 1");
    assertThat(story.get(2)).contains("\"message\":\"completed\"");
  }

  private static Answer media(JsonNode url, String... headers) {
    URI at = URI.create(url.asText());
    return new Client(at, null).get(at.getRawPath() + "?" + at.getRawQuery(), headers);
  }

  private static String essence(Answer answer) {
    JsonNode problem = answer.json();
    return answer.status() + " " + problem.path("code") + problem.path("detail");
  }

  private static JsonNode refusal(Observer socket, String event, String id) {
    int before = socket.heard().size();
    socket.say(event, id);
    return socket
        .await(
            heard ->
                socket.heard().indexOf(heard) >= before
                    && heard.event().equals("error")
                    && heard.generationId().equals(id))
        .frame()
        .path("data");
  }

  private static int indexOf(byte[] bytes, String word) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(word);
  }
}
