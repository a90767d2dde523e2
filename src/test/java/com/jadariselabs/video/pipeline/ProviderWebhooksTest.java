package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.ReplicateSettings;
import com.jadariselabs.video.replicate.WebhookSignature;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.ServletHost;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProviderWebhooksTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String PATH = "/api/webhooks/replicate";

  private final House house = new House();
  private final FakeProvider provider = FakeProvider.start(new byte[0]).takes(LEASE);
  private final Replicate replicate =
      new Replicate(
          ReplicateSettings.at(provider.apiUrl(), "r8_test"),
          new CollectorRegistry(),
          Clock.systemUTC());
  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final WebhookSignature signature =
      new WebhookSignature(Clock.systemUTC(), List.of(SECRET));
  private final PipelineSettings settings =
      new PipelineSettings(
          LEASE,
          Duration.ofMillis(20),
          LEASE,
          3,
          Duration.ofMillis(20),
          LEASE,
          1_000_000,
          URI.create("https://video.example" + PATH));
  private final Orphans orphans = new Orphans(house.attempts(), replicate);
  private final Creation creation =
      new Creation(
          house.attempts(),
          house.catalog(),
          replicate,
          Album.none(),
          orphans,
          new Outcomes(house.transitions(), settings),
          settings,
          Clock.systemUTC(),
          executor);
  private final List<String> nudged = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private ServletHost door;

  @BeforeEach
  void open() throws Exception {
    door =
        new ServletHost(
            new ProviderWebhooks(signature, house.attempts(), orphans, nudged::add), PATH);
  }

  @AfterEach
  void close() throws Exception {
    door.close();
    executor.shutdown();
    replicate.close();
    provider.close();
    house.close();
  }

  @Test
  void a_create_names_where_its_events_go() {
    Generation g = working();
    creation.create(Work.of(g, null)).toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    String webhook = String.valueOf(provider.made().get(0).webhook());
    assertThat(webhook)
        .isEqualTo(
            "https://video.example" + PATH + "?generation_id=" + g.id() + "&run=1&attempt=1");
  }

  @Test
  void an_event_of_a_known_prediction_has_it_looked_at_now_however_often_it_comes()
      throws Exception {
    Generation g = begun("{\"seed\":1}");
    Attempt attempt = house.attempts().present(g).orElseThrow();
    house.attempts().predictionKnown(attempt, "known-" + g.id());
    String body = prediction("known-" + g.id(), "succeeded", 1);
    assertThat(post("", body)).isEqualTo(200);
    assertThat(post("", body)).isEqualTo(200);
    assertThat(post("", prediction("known-" + g.id(), "processing", 1))).isEqualTo(200);
    assertThat(nudged).containsExactly(g.id(), g.id(), g.id());
    assertThat(provider.calls(Call.GET)).isZero();
    assertThat(house.present(g.id()).status()).isEqualTo("processing");
  }

  @Test
  void the_start_of_an_unanswered_create_saves_its_id() throws Exception {
    Generation g = begun("{\"seed\":2}");
    assertThat(post(query(g, 1), prediction("found-" + g.id(), "starting", 2.0))).isEqualTo(200);
    Attempt attempt = house.attempts().present(g).orElseThrow();
    assertThat(attempt.predictionId()).isEqualTo("found-" + g.id());
    assertThat(attempt.state()).isEqualTo("running");
    assertThat(nudged).containsExactly(g.id());
  }

  @Test
  void the_query_alone_convinces_nobody() throws Exception {
    Generation g = begun("{\"seed\":3}");
    assertThat(post(query(g, 1), prediction("other", "starting", 4))).isEqualTo(200);
    assertThat(post(query(g, 2), prediction("other", "starting", 3))).isEqualTo(200);
    assertThat(post("?generation_id=gen_none&run=1&attempt=1", prediction("other", "starting", 3)))
        .isEqualTo(200);
    assertThat(post("?generation_id=" + g.id() + "&run=x", prediction("other", "starting", 3)))
        .isEqualTo(200);
    assertThat(house.attempts().present(g).orElseThrow().predictionId()).isNull();
    assertThat(nudged).isEmpty();
  }

  @Test
  void a_prediction_that_belongs_to_one_attempt_is_given_to_no_other() throws Exception {
    Generation one = begun("{\"seed\":5}");
    Generation other = begun("{\"seed\":5}");
    assertThat(post(query(one, 1), prediction("only", "starting", 5))).isEqualTo(200);
    assertThat(post(query(other, 1), prediction("only", "starting", 5))).isEqualTo(200);
    assertThat(house.attempts().present(other).orElseThrow().predictionId()).isNull();
  }

  @Test
  void a_bad_missing_or_stale_signature_is_answered_401() throws Exception {
    Generation g = begun("{\"seed\":6}");
    String body = prediction("forged", "starting", 6);
    Instant now = Instant.now();
    String good = sign(now, body);
    assertThat(send(query(g, 1), body, now, null)).isEqualTo(401);
    assertThat(send(query(g, 1), body, now, "v1,AAAA")).isEqualTo(401);
    assertThat(send(query(g, 1), body + " ", now, good)).isEqualTo(401);
    Instant stale = now.minus(Duration.ofMinutes(6));
    assertThat(send(query(g, 1), body, stale, sign(stale, body))).isEqualTo(401);
    assertThat(house.attempts().present(g).orElseThrow().predictionId()).isNull();
    assertThat(nudged).isEmpty();
  }

  @Test
  void what_is_signed_but_no_prediction_or_too_long_is_refused() throws Exception {
    assertThat(post("", "[]")).isEqualTo(400);
    assertThat(post("", "x".repeat(2 * 1024 * 1024 + 1))).isEqualTo(413);
  }

  private Generation working() {
    Generation g = house.accepted(House.anyone());
    Generation claimed = house.transitions().claim(g.id(), "w", LEASE).orElseThrow();
    return house.transitions().enhanced(claimed, "A lion").orElseThrow();
  }

  private Generation begun(String input) {
    return house.attempts().begin(working(), input, LEASE, false).orElseThrow().generation();
  }

  private static String query(Generation g, int attempt) {
    return "?generation_id=" + g.id() + "&run=1&attempt=" + attempt;
  }

  private static String prediction(String id, String status, Number seed) throws Exception {
    return JSON.writeValueAsString(
        Map.of("id", id, "status", status, "input", Map.of("seed", seed)));
  }

  private int post(String query, String body) throws Exception {
    Instant now = Instant.now();
    return send(query, body, now, sign(now, body));
  }

  private String sign(Instant at, String body) {
    return signature.sign("msg_1", at, body.getBytes(StandardCharsets.UTF_8));
  }

  private int send(String query, String body, Instant at, @Nullable String signatures)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(door.url() + PATH + query))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .header("webhook-id", "msg_1")
            .header("webhook-timestamp", Long.toString(at.getEpochSecond()));
    if (signatures != null) {
      request.header("webhook-signature", signatures);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
