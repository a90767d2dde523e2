package com.jadariselabs.video.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.replicate.WebhookSignature;
import com.jadariselabs.video.testing.House;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** Answered by silence. */
  private static final int SILENCE = 0;

  @SuppressWarnings("ArrayRecordComponent") // It is read and never compared.
  private record Received(String path, String id, String timestamp, String signature, byte[] body) {
    boolean signedBy(String secret) {
      return new WebhookSignature(CLOCK, List.of(secret)).verify(id, timestamp, signature, body);
    }
  }

  private final House house = new House();
  private final WebhookSecrets secrets = new WebhookSecrets(house.jdbi());
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<HttpExchange> silent = new CopyOnWriteArrayList<>();
  private final List<Outbox> outboxes = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer receiver;

  @BeforeEach
  void receive() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(threads);
    receiver.createContext("/", this::answer);
    receiver.start();
  }

  @AfterEach
  void stop() {
    outboxes.forEach(Outbox::stop);
    silent.forEach(HttpExchange::close);
    receiver.stop(0);
    threads.shutdownNow();
    house.close();
  }

  @Test
  void an_end_is_told_with_the_generation_as_its_owner_sees_it_and_signed() throws Exception {
    Generation g = cancelled(house.accepted(House.anyone()));
    String secret = secrets.present(g.userId());
    outbox(true).start();
    await().until(() -> received.size() == 1);
    JsonNode body = JSON.readTree(received.get(0).body());
    assertThat(body.get("type").asText()).isEqualTo("generation.cancelled");
    assertThat(body.get("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    assertThat(body.get("data").get("id").asText()).isEqualTo(g.id());
    assertThat(body.get("data").get("status").asText()).isEqualTo("cancelled");
    assertThat(body.get("data").get("credits_refunded").asInt()).isEqualTo(5);
    assertThat(received.get(0).signedBy(secret)).isTrue();
    assertThat(received.get(0).signedBy(secrets.present("somebody else"))).isFalse();
    awaitState(g, "delivered");
  }

  @Test
  void errors_redirects_and_silence_are_tried_again_with_the_same_id_and_body() throws Exception {
    answers.addAll(List.of(500, 302, SILENCE, 200));
    Generation g = cancelled(house.accepted(House.anyone()));
    outbox(true).start();
    awaitState(g, "delivered");
    assertThat(received).hasSize(4).allMatch(r -> r.path().equals("/hook"));
    assertThat(received.stream().map(Received::id).distinct()).hasSize(1);
    assertThat(received.stream().map(r -> new String(r.body(), StandardCharsets.UTF_8)).distinct())
        .hasSize(1);
    assertThat(received).allMatch(r -> r.signedBy(secrets.present(g.userId())));
  }

  @Test
  void gone_ends_it_at_once() throws Exception {
    answers.add(410);
    Generation g = cancelled(house.accepted(House.anyone()));
    outbox(true).start();
    awaitState(g, "failed");
    assertThat(received).hasSize(1);
  }

  @Test
  void after_the_last_retry_it_has_failed() throws Exception {
    answers.addAll(List.of(500, 503, 404, 429, 200));
    Generation g = cancelled(house.accepted(House.anyone()));
    outbox(true).start();
    awaitState(g, "failed");
    assertThat(received).hasSize(4);
  }

  @Test
  void of_two_instances_one_delivers() throws Exception {
    String user = House.anyone();
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      expected.add(cancelled(house.accepted(user)).id());
    }
    Outbox one = outbox(true);
    Outbox other = outbox(true);
    one.start();
    other.start();
    one.wake();
    other.wake();
    await().until(() -> states("delivered") == 40);
    assertThat(received).hasSize(40);
    Set<String> told = new HashSet<>();
    for (Received each : received) {
      told.add(JSON.readTree(each.body()).get("data").get("id").asText());
    }
    assertThat(told).isEqualTo(expected);
  }

  @Test
  void each_run_has_an_end_that_is_told() throws Exception {
    Generation g = hooked(house.accepted(House.anyone()));
    Generation first = house.transitions().claim(g.id(), "w", LEASE).orElseThrow();
    house.transitions().failed(first, new Transitions.Failure("timeout", "Too slow.", true, null));
    outbox(true).start();
    await().until(() -> received.size() == 1);
    house.room().oversight().retry(g.id(), "root");
    Generation second = house.transitions().claim(g.id(), "w", LEASE).orElseThrow();
    house.transitions().completed(second, "v", null, null);
    await().until(() -> received.size() == 2);
    assertThat(JSON.readTree(received.get(0).body()).get("type").asText())
        .isEqualTo("generation.failed");
    JsonNode completed = JSON.readTree(received.get(1).body());
    assertThat(completed.get("type").asText()).isEqualTo("generation.completed");
    assertThat(completed.get("data").get("result_url").asText()).contains(g.id());
    assertThat(received.get(0).id()).isNotEqualTo(received.get(1).id());
  }

  @Test
  void who_named_no_address_is_not_called() {
    Generation g = house.accepted(House.anyone());
    house.generations().cancel(g.userId(), g.id());
    assertThat(states("waiting")).isZero();
  }

  @Test
  void a_private_address_is_not_called_unless_that_is_allowed() throws Exception {
    Generation g = cancelled(house.accepted(House.anyone()));
    outbox(false).start();
    awaitState(g, "failed");
    assertThat(received).isEmpty();
  }

  @Test
  void for_a_day_the_new_secret_and_the_one_before_sign() throws Exception {
    Generation g = hooked(house.accepted(House.anyone()));
    String before = secrets.present(g.userId());
    String after = secrets.rotate(g.userId());
    assertThat(after).startsWith("whsec_").isNotEqualTo(before);
    assertThat(secrets.present(g.userId())).isEqualTo(after);
    outbox(true).start();
    house.generations().cancel(g.userId(), g.id());
    await().until(() -> received.size() == 1);
    assertThat(received.get(0).signedBy(before)).isTrue();
    assertThat(received.get(0).signedBy(after)).isTrue();
    house
        .jdbi()
        .useHandle(
            h ->
                h.execute(
                    "UPDATE webhook_secrets SET retired_at = retired_at - interval '25 hours'"));
    assertThat(secrets.signing(g.userId())).containsExactly(after);
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30));
  }

  private Outbox outbox(boolean allowPrivate) {
    Outbox outbox =
        new Outbox(
            house.jdbi(),
            secrets,
            id -> house.generations().findWritten(id).map(house.generations()::view),
            (keys, id, at, body) -> new WebhookSignature(CLOCK, keys).sign(id, at, body),
            new WebhookSettings(
                allowPrivate,
                List.of(Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMillis(5)),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2)),
            new CollectorRegistry(),
            CLOCK);
    outboxes.add(outbox);
    return outbox;
  }

  private Generation hooked(Generation g) {
    String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
    house
        .jdbi()
        .useHandle(
            h -> h.execute("UPDATE generations SET webhook_url = ? WHERE id = ?", url, g.id()));
    return g;
  }

  private Generation cancelled(Generation g) {
    house.generations().cancel(hooked(g).userId(), g.id());
    return g;
  }

  private void awaitState(Generation g, String state) {
    await()
        .until(
            () ->
                house
                    .jdbi()
                    .withHandle(
                        h ->
                            h.createQuery(
                                    "SELECT state FROM webhook_deliveries"
                                        + " WHERE generation_id = :id")
                                .bind("id", g.id())
                                .mapTo(String.class)
                                .one())
                    .equals(state));
  }

  private int states(String state) {
    return house
        .jdbi()
        .withHandle(
            h ->
                h.createQuery("SELECT count(*) FROM webhook_deliveries WHERE state = :state")
                    .bind("state", state)
                    .mapTo(int.class)
                    .one());
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    var headers = exchange.getRequestHeaders();
    received.add(
        new Received(
            exchange.getRequestURI().getPath(),
            headers.getFirst("webhook-id"),
            headers.getFirst("webhook-timestamp"),
            headers.getFirst("webhook-signature"),
            body));
    Integer status = answers.poll();
    if (status != null && status == SILENCE) {
      silent.add(exchange);
      return;
    }
    exchange.getResponseHeaders().add("Location", "/elsewhere");
    exchange.sendResponseHeaders(status == null ? 200 : status, -1);
    exchange.close();
  }
}
