package com.jadariselabs.video.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ticker;
import com.jadariselabs.video.auth.Announcer;
import com.jadariselabs.video.auth.ApiKeys;
import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Sessions;
import com.jadariselabs.video.auth.Tickets;
import com.jadariselabs.video.auth.TokenSettings;
import com.jadariselabs.video.auth.Tokens;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.replicate.WebhookSignature;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.webhook.Deliveries;
import com.jadariselabs.video.webhook.Outbox;
import com.jadariselabs.video.webhook.WebhookSecrets;
import com.jadariselabs.video.webhook.WebhookSettings;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dropwizard.testing.junit5.DropwizardClientExtension;
import io.dropwizard.testing.junit5.DropwizardExtensionsSupport;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Webhooks as their receiver and their owner see them. */
@ExtendWith(DropwizardExtensionsSupport.class)
class WebhookDeliveriesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Clock CLOCK = Clock.systemUTC();
  private static final House HOUSE = new House();
  private static final Tokens TOKENS = tokens();
  private static final Sessions SESSIONS = new Sessions(HOUSE.jdbi(), Announcer.silent(), CLOCK);
  private static final WebhookSecrets SECRETS = new WebhookSecrets(HOUSE.jdbi());
  private static final Outbox OUTBOX =
      new Outbox(
          HOUSE.jdbi(),
          SECRETS,
          id -> HOUSE.generations().findWritten(id).map(HOUSE.generations()::view),
          (keys, id, at, body) -> new WebhookSignature(CLOCK, keys).sign(id, at, body),
          WebhookSettings.standard(true),
          new CollectorRegistry(),
          CLOCK);

  private static final DropwizardClientExtension APP =
      new DropwizardClientExtension(
          new Authentication(
              new Bearer(
                  TOKENS,
                  SESSIONS,
                  new Tickets(HOUSE.jdbi(), CLOCK),
                  new ApiKeys(HOUSE.jdbi(), SESSIONS, CLOCK, Ticker.systemTicker()))),
          new GenerationResource(
              new Submitting(
                  StrictJson.mapper(),
                  new Drafts(HOUSE.catalog(), StrictJson.mapper(), true),
                  HOUSE.room().submissions(),
                  new Refusals(failure -> false)),
              new Reading(HOUSE.generations(), StrictJson.mapper()),
              HOUSE.generations(),
              (user, id) -> Optional.empty()),
          new WebhookDeliveriesResource(new Deliveries(HOUSE.jdbi(), OUTBOX::wake)));

  private static final List<String> RECEIVED = new CopyOnWriteArrayList<>();
  private static HttpServer receiver;

  private final String user = House.anyone();
  private final String token = TOKENS.mint(user, "free", false, Duration.ofHours(1));

  private static Tokens tokens() {
    try {
      return Tokens.by(TokenSettings.forLocalMode(), Files.createTempDirectory("tokens"), CLOCK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/", WebhookDeliveriesTest::received);
    receiver.start();
    OUTBOX.start();
  }

  @AfterAll
  static void stop() {
    OUTBOX.stop();
    receiver.stop(0);
    HOUSE.close();
  }

  /** Keeps what came as what the verifier reads, without the secret. */
  private static void received(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    RECEIVED.add(
        StrictJson.mapper()
            .createObjectNode()
            .put("id", headers.getFirst("webhook-id"))
            .put("timestamp", headers.getFirst("webhook-timestamp"))
            .put("signature", headers.getFirst("webhook-signature"))
            .put(
                "body",
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
            .toString());
    exchange.sendResponseHeaders(
        exchange.getRequestURI().getPath().equals("/gone") ? 410 : 204, -1);
    exchange.close();
  }

  private static HttpResponse<String> call(String token, String method, String path)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(APP.baseUri() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Authorization", "Bearer " + token)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> answer = call(token, "GET", path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return StrictJson.mapper().readTree(answer.body());
  }

  private Generation cancelled(String path) {
    Generation g = HOUSE.accepted(user);
    String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + path;
    HOUSE
        .jdbi()
        .useHandle(
            h -> h.execute("UPDATE generations SET webhook_url = ? WHERE id = ?", url, g.id()));
    HOUSE.generations().cancel(user, g.id());
    OUTBOX.wake();
    return g;
  }

  private JsonNode delivery(Generation g, String status) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                json("/webhooks/deliveries?generation_id=" + g.id() + "&status=" + status)
                        .get("deliveries")
                        .size()
                    == 1);
    try {
      return json("/webhooks/deliveries?generation_id=" + g.id()).get("deliveries").get(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static List<JsonNode> received(Generation g) {
    return RECEIVED.stream()
        .map(
            text -> {
              try {
                return StrictJson.mapper().readTree(text);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .filter(message -> message.get("body").asText().contains(g.id()))
        .toList();
  }

  @Test
  void the_body_holds_the_generation_as_it_is_read_and_the_log_tells_how_it_went()
      throws Exception {
    Generation g = cancelled("/hook?token=s3cret");
    JsonNode logged = delivery(g, "delivered");
    JsonNode message = received(g).get(0);
    JsonNode body = StrictJson.mapper().readTree(message.get("body").asText());
    assertThat(body.get("data"))
        .isEqualTo(json("/generate/video?generation_id=" + g.id()).get("generation"));
    assertThat(logged.get("id")).isEqualTo(message.get("id"));
    assertThat(logged.get("url").asText()).endsWith("/hook").doesNotContain("s3cret");
    assertThat(logged.at("/attempts/0/status_code").asInt()).isEqualTo(204);
    assertThat(logged.at("/attempts/0/error").isNull()).isTrue();
    assertThat(logged.get("next_try_at").isNull()).isTrue();
    assertThat(logged.get("ended_at").asText()).matches("\\d{4}-.*Z");
  }

  @ParameterizedTest
  @EnumSource
  void the_standards_own_verifiers_believe_its_user_and_nobody_else(Verifier verifier)
      throws Exception {
    String before = SECRETS.present(user);
    String now = SECRETS.rotate(user);
    Generation g = cancelled("/hook");
    delivery(g, "delivered");
    JsonNode message = received(g).get(0);
    assertThat(verifier.believes(message, now)).isTrue();
    assertThat(verifier.believes(message, before)).isTrue();
    assertThat(verifier.believes(message, SECRETS.present("somebody else"))).isFalse();
    JsonNode forged =
        ((com.fasterxml.jackson.databind.node.ObjectNode) message.deepCopy())
            .put("body", message.get("body").asText() + " ");
    assertThat(verifier.believes(forged, now)).isFalse();
  }

  @Test
  void an_ended_delivery_is_replayed_with_the_same_id_and_body() throws Exception {
    Generation g = cancelled("/gone");
    JsonNode failed = delivery(g, "failed");
    assertThat(failed.at("/attempts/0/status_code").asInt()).isEqualTo(410);
    String replay = "/webhooks/deliveries/" + failed.get("id").asText() + "/replay";
    String bobs = TOKENS.mint(House.anyone(), "free", false, Duration.ofHours(1));
    assertThat(call(bobs, "POST", replay).statusCode()).isEqualTo(404);
    assertThat(call(token, "POST", replay).statusCode()).isEqualTo(202);
    Awaitility.await().until(() -> received(g).size() == 2);
    assertThat(received(g).get(1).get("id")).isEqualTo(received(g).get(0).get("id"));
    assertThat(received(g).get(1).get("body")).isEqualTo(received(g).get(0).get("body"));
    assertThat(call(token, "POST", "/webhooks/deliveries/msg_none/replay").statusCode())
        .isEqualTo(404);
  }

  @Test
  void the_log_is_paged_and_everybody_sees_their_own() throws Exception {
    Generation first = cancelled("/hook");
    delivery(first, "delivered");
    Generation second = cancelled("/hook");
    delivery(second, "delivered");
    JsonNode page = json("/webhooks/deliveries?limit=1");
    assertThat(page.at("/deliveries/0/generation_id").asText()).isEqualTo(second.id());
    JsonNode rest = json("/webhooks/deliveries?cursor=" + page.get("next_cursor").asText());
    assertThat(rest.get("deliveries")).hasSize(1);
    assertThat(rest.at("/deliveries/0/generation_id").asText()).isEqualTo(first.id());
    assertThat(rest.get("next_cursor").isNull()).isTrue();
    String bobs = TOKENS.mint(House.anyone(), "free", false, Duration.ofHours(1));
    assertThat(call(bobs, "GET", "/webhooks/deliveries").body())
        .isEqualTo("{\"deliveries\":[],\"next_cursor\":null}");
    for (String wrong : List.of("limit=0", "limit=101", "limit=abc", "status=done", "cursor=x")) {
      assertThat(call(token, "GET", "/webhooks/deliveries?" + wrong).statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
  }
}
