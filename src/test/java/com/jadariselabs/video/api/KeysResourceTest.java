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
import com.jadariselabs.video.ratelimit.AddressLimits;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.webhook.WebhookSecrets;
import io.dropwizard.testing.junit5.DropwizardClientExtension;
import io.dropwizard.testing.junit5.DropwizardExtensionsSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** API keys as their owners make them and as servers use them, on real stores. */
@ExtendWith(DropwizardExtensionsSupport.class)
class KeysResourceTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Clock CLOCK = Clock.systemUTC();
  private static final House HOUSE = new House();
  private static final Tokens TOKENS = tokens();
  private static final Sessions SESSIONS = new Sessions(HOUSE.jdbi(), Announcer.silent(), CLOCK);
  private static final ApiKeys KEYS =
      new ApiKeys(HOUSE.jdbi(), SESSIONS, CLOCK, Ticker.systemTicker());
  private static final Tickets TICKETS = new Tickets(HOUSE.jdbi(), CLOCK);
  private static final Bearer BEARER = new Bearer(TOKENS, SESSIONS, TICKETS, KEYS);
  private static final Submitting SUBMITTING =
      new Submitting(
          StrictJson.mapper(),
          new Drafts(HOUSE.catalog(), StrictJson.mapper(), false),
          HOUSE.room().submissions(),
          new Refusals(failure -> false));

  private static final DropwizardClientExtension APP =
      new DropwizardClientExtension(
          new Authentication(BEARER),
          new ProblemMapper(new Refusals(failure -> false), new Problems(StrictJson.mapper())),
          new KeysResource(KEYS, new KeyWishes(CLOCK)),
          new SessionsResource(SESSIONS),
          new TicketResource(TICKETS, new AddressLimits(1_000, Ticker.systemTicker())),
          new WebhookSecretResource(new WebhookSecrets(HOUSE.jdbi())),
          new AdminQueueResource(HOUSE.generations(), () -> {}),
          new GenerationResource(
              SUBMITTING,
              new Reading(HOUSE.generations(), StrictJson.mapper()),
              HOUSE.generations(),
              (user, id) -> Optional.empty()));

  private final String user = House.anyone();
  private final String token = TOKENS.mint(user, "starter", true, Duration.ofHours(1));

  private static Tokens tokens() {
    try {
      return Tokens.by(TokenSettings.forLocalMode(), Files.createTempDirectory("tokens"), CLOCK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void close() {
    HOUSE.close();
  }

  private static HttpResponse<String> call(String token, String method, String path, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(APP.baseUri() + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .headers("Authorization", "Bearer " + token, "Content-Type", "application/json")
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return StrictJson.mapper().readTree(answer.body());
  }

  private JsonNode made(String scopes, String more) throws Exception {
    HttpResponse<String> answer =
        call(token, "POST", "/keys", "{'name':'farm','scopes':[" + scopes + "]" + more + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    return json(answer);
  }

  private HttpResponse<String> submit(String key) throws Exception {
    return call(key, "POST", "/generate/video", "{'prompt':'A lion','duration':5,'model':'wan2'}");
  }

  @Test
  void a_key_is_shown_once_and_submits_for_its_owner_who_can_tell_it_by_its_prefix()
      throws Exception {
    JsonNode made = made("'write','read'", ",'expires_at':'2030-01-01T00:00:00+02:00'");
    String key = made.get("key").asText();
    String id = made.at("/api_key/id").asText();
    assertThat(key).startsWith(made.at("/api_key/prefix").asText());
    assertThat(made.at("/api_key/expires_at").asText()).isEqualTo("2029-12-31T22:00:00.000Z");
    assertThat(made.at("/api_key/limits").isNull()).isTrue();

    HttpResponse<String> submitted = submit(key);
    assertThat(submitted.statusCode()).isEqualTo(202);
    String generation = json(submitted).get("generation_id").asText();
    assertThat(HOUSE.present(generation).userId()).isEqualTo(user);
    assertThat(HOUSE.present(generation).plan()).isEqualTo("starter");
    String by =
        HOUSE
            .jdbi()
            .withHandle(
                h ->
                    h.createQuery("SELECT api_key_id FROM generations WHERE id = :id")
                        .bind("id", generation)
                        .mapTo(String.class)
                        .one());
    assertThat(by).isEqualTo(id);
    String own = "/generate/video?generation_id=" + generation;
    assertThat(call(key, "GET", own, "").statusCode()).isEqualTo(200);
    assertThat(call(token, "GET", own, "").statusCode()).isEqualTo(200);
    assertThat(call(key, "DELETE", own, "").statusCode()).isEqualTo(200);

    HttpResponse<String> listed = call(token, "GET", "/keys", "");
    assertThat(listed.body()).doesNotContain(key);
    JsonNode item = json(listed).get("keys").get(0);
    assertThat(item.get("id").asText()).isEqualTo(id);
    assertThat(item.get("scopes")).hasToString("[\"read\",\"write\"]");
    assertThat(item.get("last_used_at").asText()).matches("\\d{4}-.*Z");
  }

  @Test
  void a_scope_that_is_missing_is_named() throws Exception {
    String reader = made("'read'", "").get("key").asText();
    HttpResponse<String> refused = submit(reader);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(json(refused).get("code").asText()).isEqualTo("forbidden");
    assertThat(refused.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer error=\"insufficient_scope\", scope=\"write\"");
    assertThat(call(reader, "DELETE", "/generate/video?generation_id=x", "").statusCode())
        .isEqualTo(403);
    assertThat(call(reader, "GET", "/generate/video", "").statusCode()).isEqualTo(200);

    String writer = made("'write'", "").get("key").asText();
    assertThat(submit(writer).statusCode()).isEqualTo(202);
    assertThat(call(writer, "GET", "/generate/video", "").statusCode()).isEqualTo(403);
  }

  @Test
  void a_key_manages_no_keys_sessions_tickets_or_secrets_and_is_no_admin() throws Exception {
    String key = made("'read','write'", "").get("key").asText();
    for (String call :
        List.of(
            "GET /keys",
            "POST /keys",
            "DELETE /keys/key_1",
            "GET /sessions",
            "DELETE /sessions",
            "DELETE /sessions/x",
            "POST /socket/ticket",
            "GET /webhooks/secret",
            "POST /webhooks/secret/rotate",
            "POST /admin/queue/pause")) {
      String[] words = call.split(" ");
      // Without a body: it might come after the refusal, and here nobody takes it in.
      HttpResponse<String> refused = call(key, words[0], words[1], "");
      assertThat(refused.statusCode()).as(call).isEqualTo(403);
      assertThat(json(refused).get("code").asText()).isEqualTo("forbidden");
    }
  }

  @Test
  void a_revoked_key_is_answered_like_any_token_that_does_not_hold() throws Exception {
    JsonNode made = made("'read'", "");
    String path = "/keys/" + made.at("/api_key/id").asText();
    String bobs = TOKENS.mint(House.anyone(), "free", false, Duration.ofHours(1));
    assertThat(call(bobs, "DELETE", path, "").statusCode()).isEqualTo(404);
    assertThat(call(token, "DELETE", path, "").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = call(made.get("key").asText(), "GET", "/generate/video", "");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer error=\"invalid_token\"");
    assertThat(json(call(token, "GET", "/keys", "")).get("keys")).isEmpty();
  }

  @Test
  void keys_of_a_suspended_user_do_not_submit() throws Exception {
    String key = made("'read','write'", "").get("key").asText();
    assertThat(submit(key).statusCode()).isEqualTo(202);
    HOUSE.accounts().setStatus(user, "suspended");
    HttpResponse<String> refused = submit(key);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(json(refused).get("code").asText()).isEqualTo("account_suspended");
  }

  @Test
  void a_key_has_limits_of_its_own() throws Exception {
    String key = made("'write'", ",'limits':{'per_minute':1}").get("key").asText();
    HttpResponse<String> accepted = submit(key);
    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(accepted.headers().firstValue("RateLimit-Limit")).contains("1");
    HttpResponse<String> refused = submit(key);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).contains("60");
    assertThat(submit(token).statusCode()).isEqualTo(202);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'scopes':['read']}                                                | name
          {'name':' ','scopes':['read']}                                     | name
          {'name':'a\\u0007b','scopes':['read']}                             | name
          {'name':'x'}                                                       | scopes
          {'name':'x','scopes':[]}                                           | scopes
          {'name':'x','scopes':['admin']}                                    | scopes
          {'name':'x','scopes':[null]}                                       | scopes
          {'name':'x','scopes':['read'],'expires_at':'tomorrow'}             | expires_at
          {'name':'x','scopes':['read'],'expires_at':'2020-01-01T00:00:00Z'} | expires_at
          {'name':'x','scopes':['read'],'limits':{'per_minute':0}}           | limits.per_minute
          {'name':'x','scopes':['read'],'limits':{'per_day':1000001}}        | limits.per_day
          """)
  void what_makes_no_sense_is_said_by_field(String body, String field) throws Exception {
    HttpResponse<String> refused = call(token, "POST", "/keys", body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(json(refused).at("/errors/0/field").asText()).isEqualTo(field);
  }
}
