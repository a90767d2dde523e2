package com.jadariselabs.video.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Ticker;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Announcer;
import com.jadariselabs.video.auth.ApiKeys;
import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Sessions;
import com.jadariselabs.video.auth.Tickets;
import com.jadariselabs.video.auth.TokenSettings;
import com.jadariselabs.video.auth.Tokens;
import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Status;
import com.jadariselabs.video.generation.Submission;
import com.jadariselabs.video.generation.Transitions.Failure;
import com.jadariselabs.video.queue.WorkerStats;
import com.jadariselabs.video.retention.Erasure;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import io.dropwizard.testing.junit5.DropwizardClientExtension;
import io.dropwizard.testing.junit5.DropwizardExtensionsSupport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DropwizardExtensionsSupport.class)
class AdminTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Clock CLOCK = Clock.systemUTC();
  private static final House HOUSE = new House();
  private static final AuditLog AUDIT = new AuditLog(HOUSE.jdbi());
  private static final Tokens TOKENS = tokens();
  private static final Sessions SESSIONS = new Sessions(HOUSE.jdbi(), Announcer.silent(), CLOCK);
  private static final Bearer BEARER =
      new Bearer(
          TOKENS,
          SESSIONS,
          new Tickets(HOUSE.jdbi(), CLOCK),
          new ApiKeys(HOUSE.jdbi(), SESSIONS, CLOCK, Ticker.systemTicker()));

  private static final DropwizardClientExtension APP =
      new DropwizardClientExtension(
          new Authentication(BEARER),
          new AdminOverviewResource(HOUSE.room().figures(), AdminTest::here, AUDIT),
          new AdminQueueResource(HOUSE.generations(), () -> {}),
          new AdminUsersResource(
              HOUSE.accounts(),
              user -> 100,
              AUDIT,
              new Erasure(
                  HOUSE.jdbi(),
                  HOUSE.generations()::cancel,
                  SESSIONS::revokeAll,
                  HOUSE.generations()::forget)),
          new AdminGenerationsResource(HOUSE.room(), AUDIT),
          new AdminAuditResource(AUDIT),
          new RefusedAdminCalls(AUDIT));

  private static final String ADMIN = TOKENS.mint("root", "free", true, LEASE);
  private static final String USER = TOKENS.mint("nobody", "pro", false, LEASE);

  @AfterAll
  static void audit() {
    Ledgers.assertSound(HOUSE.jdbi());
    HOUSE.close();
  }

  @Test
  void who_is_no_admin_is_refused_everywhere() throws Exception {
    for (String call :
        List.of(
            "GET /admin/overview",
            "GET /admin/users/ada",
            "DELETE /admin/users/ada",
            "POST /admin/users/ada/credits",
            "PUT /admin/users/ada/status",
            "GET /admin/generations",
            "POST /admin/generations/gen_1/retry",
            "GET /admin/generations/gen_1/attempts",
            "POST /admin/queue/pause",
            "POST /admin/queue/resume",
            "GET /admin/audit")) {
      String[] words = call.split(" ");
      assertThat(call(USER, words[0], words[1], "{}").statusCode()).as(call).isEqualTo(403);
      assertThat(call("x", words[0], words[1], "{}").statusCode()).as(call).isEqualTo(401);
    }
  }

  @Test
  void looking_on_tells_all_and_is_noted_once() throws Exception {
    failed(opened());
    JsonNode first = ok(get("/admin/overview"));
    ok(get("/admin/overview"));
    assertThat(first.get("queues")).hasSize(3);
    assertThat(first.at("/queues/0/priority").asText()).isEqualTo("high");
    assertThat(first.get("minutes")).hasSize(60);
    assertThat(first.at("/here/workers/slots").asInt()).isEqualTo(6);
    assertThat(first.at("/here/provider/creates/per_minute").asInt()).isEqualTo(600);
    assertThat(
            AUDIT.entries(Long.MAX_VALUE, 1_000).stream()
                .filter(entry -> entry.action().equals("overview.read")))
        .hasSize(1);
  }

  @Test
  void an_erasure_closes_the_account_at_once_and_is_noted() throws Exception {
    String ada = opened();
    Generation running = HOUSE.accepted(HOUSE.draft(ada, Plan.FREE, 5));
    HttpResponse<String> answer = call(ADMIN, "DELETE", "/admin/users/" + ada, "");
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(JSON.readTree(answer.body()).get("status").asText()).isEqualTo("erasing");
    assertThat(HOUSE.present(running.id()).state()).isEqualTo(Status.CANCELLED);
    assertThat(HOUSE.accounts().find(ada).orElseThrow().status()).isEqualTo("suspended");
    assertThat(notes(ada).get(0)).startsWith("user.erase");
    assertThat(call(ADMIN, "DELETE", "/admin/users/no-such", "").statusCode()).isEqualTo(404);
  }

  @Test
  void credits_are_given_and_taken_and_noted_with_their_reason() throws Exception {
    String ada = opened();
    JsonNode given = ok(post("/admin/users/" + ada + "/credits", "{'amount':50,'reason':'sorry'}"));
    assertThat(given.get("credits").asLong()).isEqualTo(House.START_CREDITS + 50);
    assertThat(given.get("user_id").asText()).isEqualTo(ada);
    ok(post("/admin/users/" + ada + "/credits", "{'amount':-20,'reason':'too much'}"));
    assertThat(HOUSE.accounts().find(ada).orElseThrow().balance())
        .isEqualTo(House.START_CREDITS + 30);
    assertThat(notes(ada)).containsExactly("user.credits -20: too much", "user.credits +50: sorry");
  }

  @Test
  void nobody_is_left_with_less_than_nothing() throws Exception {
    String ada = opened();
    HttpResponse<String> refused =
        post("/admin/users/" + ada + "/credits", "{'amount':-1001,'reason':'all of it'}");
    assertThat(refused.statusCode()).isEqualTo(402);
    assertThat(JSON.readTree(refused.body()).get("available").asLong()).isEqualTo(1_000);
    assertThat(HOUSE.accounts().find(ada).orElseThrow().balance()).isEqualTo(1_000);
    assertThat(notes(ada)).containsExactly("user.credits refused");
  }

  @Test
  void what_makes_no_sense_is_said_by_field() throws Exception {
    String ada = opened();
    for (String body :
        List.of(
            "{'amount':0,'reason':'x'}",
            "{'reason':'x'}",
            "{'amount':5}",
            "{'amount':5,'reason':'  '}",
            "{'amount':1000000001,'reason':'x'}",
            "{'amount':-9223372036854775808,'reason':'x'}")) {
      assertThat(post("/admin/users/" + ada + "/credits", body).statusCode())
          .as(body)
          .isEqualTo(422);
    }
    assertThat(put("/admin/users/" + ada + "/status", "{'status':'gone'}").statusCode())
        .isEqualTo(422);
    assertThat(post("/admin/users/nobody-yet/credits", "{'amount':5,'reason':'x'}").statusCode())
        .isEqualTo(404);
    assertThat(put("/admin/users/nobody-yet/status", "{'status':'active'}").statusCode())
        .isEqualTo(404);
    assertThat(get("/admin/users/nobody-yet").statusCode()).isEqualTo(404);
  }

  @Test
  void a_call_that_is_not_well_formed_or_not_valid_is_noted_too() throws Exception {
    String path = "/admin/users/" + opened();
    assertThat(post(path + "/credits", "{'amount':'much'").statusCode()).isEqualTo(400);
    assertThat(put(path + "/status", "{'status':'gone'}").statusCode()).isEqualTo(422);
    assertThat(notes(path.substring(1) + "/credits"))
        .containsExactly("call.refused POST, answered 400");
    assertThat(notes(path.substring(1) + "/status"))
        .containsExactly("call.refused PUT, answered 422");
  }

  @Test
  void a_suspended_user_submits_nothing_until_made_active_again() throws Exception {
    String ada = opened();
    ok(put("/admin/users/" + ada + "/status", "{'status':'suspended'}"));
    assertThat(HOUSE.submit(HOUSE.draft(ada, Plan.FREE, 1)).submission())
        .isInstanceOf(Submission.Suspended.class);
    assertThat(ok(get("/admin/users/" + ada)).get("status").asText()).isEqualTo("suspended");
    ok(put("/admin/users/" + ada + "/status", "{'status':'active'}"));
    HOUSE.accepted(ada);
    assertThat(notes(ada))
        .containsExactly("user.status active", "user.read null", "user.status suspended");
  }

  @Test
  void a_failed_generation_is_charged_again_and_has_an_end_of_its_own() throws Exception {
    String ada = opened();
    Generation failed = failed(ada);
    long seq = failed.seq();
    HttpResponse<String> answer = post("/admin/generations/" + failed.id() + "/retry", "");
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(JSON.readTree(answer.body()).get("credits_charged").asInt()).isEqualTo(5);
    Generation again = HOUSE.present(failed.id());
    assertThat(again.state()).isEqualTo(Status.QUEUED);
    assertThat(again.run()).isEqualTo(2);
    assertThat(again.attempts()).isZero();
    assertThat(again.seq()).isEqualTo(seq + 1);
    assertThat(again.creditsRefunded()).isZero();
    assertThat(HOUSE.accounts().find(ada).orElseThrow().balance())
        .isEqualTo(House.START_CREDITS - 5);
    assertThat(HOUSE.rung().stream().filter(failed.id()::equals)).hasSize(2);

    Generation claimed = HOUSE.transitions().claim(failed.id(), "w", LEASE).orElseThrow();
    assertThat(claimed.attempts()).isEqualTo(1);
    assertThat(HOUSE.transitions().completed(claimed, "v", null, null)).isPresent();
    assertThat(HOUSE.eventsOf(failed.id()))
        .containsExactly(
            "job:queued",
            "job:started",
            "job:failed",
            "job:queued",
            "job:started",
            "job:completed");
    assertThat(post("/admin/generations/" + failed.id() + "/retry", "").statusCode())
        .isEqualTo(409);
    assertThat(post("/admin/generations/gen_none/retry", "").statusCode()).isEqualTo(404);
    assertThat(notes(failed.id()))
        .containsExactly("generation.retry refused", "generation.retry run 2, charged 5");
  }

  @Test
  void of_many_retries_at_once_one_is_charged() throws Exception {
    String ada = opened();
    String id = failed(ada).id();
    List<CompletableFuture<HttpResponse<String>>> calls =
        IntStream.range(0, 20)
            .mapToObj(i -> HTTP.sendAsync(request(ADMIN, "POST", retryOf(id), ""), text()))
            .toList();
    List<Integer> statuses = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> call : calls) {
      statuses.add(call.join().statusCode());
    }
    assertThat(statuses).filteredOn(status -> status == 202).hasSize(1);
    assertThat(statuses).filteredOn(status -> status == 409).hasSize(19);
    assertThat(HOUSE.present(id).run()).isEqualTo(2);
  }

  @Test
  void an_owner_with_too_little_is_not_charged_again() throws Exception {
    String ada = opened();
    String id = failed(ada).id();
    HOUSE.accounts().adjust(ada, 4 - House.START_CREDITS, "for the test");
    HttpResponse<String> answer = post(retryOf(id), "");
    assertThat(answer.statusCode()).isEqualTo(402);
    assertThat(JSON.readTree(answer.body()).get("required").asInt()).isEqualTo(5);
    assertThat(HOUSE.present(id).state()).isEqualTo(Status.FAILED);
  }

  @Test
  void each_attempt_of_each_run_is_told_in_full() throws Exception {
    String id = failed(opened()).id();
    post(retryOf(id), "");
    Generation claimed = HOUSE.transitions().claim(id, "w", LEASE).orElseThrow();
    Attempt attempt =
        HOUSE.attempts().begin(claimed, "{\"seed\":7}", LEASE, false).orElseThrow().attempt();
    HOUSE.attempts().predictionKnown(attempt, "p-" + id);
    HOUSE.transitions().completed(claimed, "v", null, "{\"predict_time\":1.5}");
    JsonNode attempts = ok(get("/admin/generations/" + id + "/attempts")).get("attempts");
    assertThat(attempts).hasSize(2);
    assertThat(attempts.get(0).get("error").get("code").asText()).isEqualTo("timeout");
    assertThat(attempts.get(1).get("run").asInt()).isEqualTo(2);
    assertThat(attempts.get(1).get("prediction_id").asText()).isEqualTo("p-" + id);
    assertThat(attempts.get(1).get("metrics").get("predict_time").asDouble()).isEqualTo(1.5);
    assertThat(attempts.get(1).get("input").get("seed").asInt()).isEqualTo(7);
  }

  @Test
  void an_owner_reads_in_short_what_failed_attempts_met() throws Exception {
    Generation failed = failed(opened());
    assertThat(GenerationAnswer.of(HOUSE.generations(), failed).attemptHistory())
        .singleElement()
        .satisfies(
            setback -> {
              assertThat(setback.attempt()).isEqualTo(1);
              assertThat(setback.endedAt()).isNotNull();
              assertThat(setback.error().code()).isEqualTo("timeout");
              assertThat(setback.error().message()).isEqualTo("Too slow.");
            });
    post(retryOf(failed.id()), "");
    Generation again = HOUSE.present(failed.id());
    assertThat(GenerationAnswer.of(HOUSE.generations(), again).attemptHistory())
        .as("of another run")
        .isEmpty();
  }

  @Test
  void everybodys_generations_are_listed_page_by_page() throws Exception {
    String ada = opened();
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      expected.add(HOUSE.accepted(ada).id());
    }
    failed(ada);
    Set<String> seen = new HashSet<>();
    String cursor = "";
    do {
      JsonNode page = ok(get("/admin/generations?status=queued&limit=2&user=" + ada + cursor));
      for (JsonNode each : page.get("generations")) {
        assertThat(each.get("user_id").asText()).isEqualTo(ada);
        assertThat(seen.add(each.get("id").asText())).isTrue();
      }
      cursor =
          page.get("next_cursor").isNull() ? "" : "&cursor=" + page.get("next_cursor").asText();
    } while (!cursor.isEmpty());
    assertThat(seen).isEqualTo(expected);
    assertThat(get("/admin/generations?status=none").statusCode()).isEqualTo(400);
    assertThat(get("/admin/generations?cursor=none").statusCode()).isEqualTo(400);
  }

  @Test
  void pausing_is_in_the_log_and_the_log_has_pages() throws Exception {
    ok(post("/admin/queue/pause", ""));
    ok(post("/admin/queue/resume", ""));
    JsonNode first = ok(get("/admin/audit?limit=1"));
    JsonNode second = ok(get("/admin/audit?limit=2&cursor=" + first.get("next_cursor").asText()));
    assertThat(first.get("entries").get(0).get("action").asText()).isEqualTo("queue.resume");
    assertThat(first.get("entries").get(0).get("actor").asText()).isEqualTo("root");
    assertThat(second.get("entries").get(0).get("action").asText()).isEqualTo("queue.pause");
  }

  private static LiveFigures here() {
    return new LiveFigures(
        "here",
        new WorkerStats(2, 6, 1, 1, 4),
        3,
        new LiveFigures.Provider(
            "closed",
            null,
            new LiveFigures.Budget(600, 599L, 0),
            new LiveFigures.Budget(null, null, 0)),
        List.of(new LiveFigures.Health("redis", true, null)));
  }

  private static String opened() {
    String user = House.anyone();
    HOUSE.accounts().open(user, "free");
    return user;
  }

  private static Generation failed(String user) {
    Generation g = HOUSE.accepted(user);
    Generation claimed = HOUSE.transitions().claim(g.id(), "w", LEASE).orElseThrow();
    HOUSE.attempts().begin(claimed, "{}", LEASE, false);
    return HOUSE
        .transitions()
        .failed(claimed, new Failure("timeout", "Too slow.", true, null))
        .orElseThrow();
  }

  private static List<String> notes(String target) {
    return AUDIT.entries(Long.MAX_VALUE, 1_000).stream()
        .filter(entry -> target.equals(entry.target()))
        .map(entry -> entry.action() + " " + entry.detail())
        .toList();
  }

  private static String retryOf(String id) {
    return "/admin/generations/" + id + "/retry";
  }

  private static JsonNode ok(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return call(ADMIN, "GET", path, "");
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return call(ADMIN, "POST", path, body);
  }

  private static HttpResponse<String> put(String path, String body) throws Exception {
    return call(ADMIN, "PUT", path, body);
  }

  private static HttpResponse<String> call(String token, String method, String path, String body)
      throws Exception {
    return HTTP.send(request(token, method, path, body), text());
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private static HttpRequest request(String token, String method, String path, String body) {
    return HttpRequest.newBuilder(URI.create(APP.baseUri() + path))
        .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .build();
  }

  private static Tokens tokens() {
    try {
      return Tokens.by(TokenSettings.forLocalMode(), Files.createTempDirectory("tokens"), CLOCK);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
