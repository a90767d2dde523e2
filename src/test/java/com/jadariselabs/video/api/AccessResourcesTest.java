package com.jadariselabs.video.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Ticker;
import com.jadariselabs.video.auth.Announcer;
import com.jadariselabs.video.auth.ApiKeys;
import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.auth.Sessions;
import com.jadariselabs.video.auth.Tickets;
import com.jadariselabs.video.auth.TokenSettings;
import com.jadariselabs.video.auth.Tokens;
import com.jadariselabs.video.auth.Verification;
import com.jadariselabs.video.ratelimit.AddressLimits;
import com.jadariselabs.video.testing.Servers;
import io.dropwizard.auth.Auth;
import io.dropwizard.testing.junit5.DropwizardClientExtension;
import io.dropwizard.testing.junit5.DropwizardExtensionsSupport;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Clock;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DropwizardExtensionsSupport.class)
class AccessResourcesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Jdbi JDBI = Servers.jdbi(Servers.freshDatabase());
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Tokens TOKENS = tokens(TokenSettings.forLocalMode());
  private static final Sessions SESSIONS = new Sessions(JDBI, Announcer.silent(), CLOCK);
  private static final Tickets TICKETS = new Tickets(JDBI, CLOCK);
  private static final Bearer BEARER =
      new Bearer(
          TOKENS, SESSIONS, TICKETS, new ApiKeys(JDBI, SESSIONS, CLOCK, Ticker.systemTicker()));

  private static final DropwizardClientExtension APP =
      new DropwizardClientExtension(
          new Authentication(BEARER),
          new TokenResource(TOKENS, BEARER, limits()),
          new SessionsResource(SESSIONS),
          new TicketResource(TICKETS, limits()),
          new Probe());

  private static final DropwizardClientExtension ELSEWHERE =
      new DropwizardClientExtension(
          new TokenResource(
              tokens(
                  new TokenSettings(
                      "a secret of at least 32 characters", null, null, null, null, null, null)),
              BEARER,
              limits()));

  /** Something to be let in to. */
  @Path("/probe")
  public static final class Probe {
    /** For anybody signed in. */
    @GET
    public String user(@Auth Caller caller) {
      return caller.userId();
    }

    /** For admins. */
    @GET
    @Path("/admin")
    @RolesAllowed("admin")
    public String admin(@Auth Caller caller) {
      return caller.userId();
    }
  }

  private static Tokens tokens(TokenSettings settings) {
    try {
      return Tokens.by(settings, Files.createTempDirectory("tokens"), CLOCK);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static AddressLimits limits() {
    return new AddressLimits(1_000, Ticker.systemTicker());
  }

  private static HttpResponse<String> call(
      DropwizardClientExtension app, String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(app.baseUri() + path.replaceFirst("^/api", "")))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    // Its own connection: after a refusal that left a body unread the server closes the one it had.
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> as(String token, String method, String path)
      throws Exception {
    return call(APP, method, path, "", "Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> signIn(String body) throws Exception {
    return call(APP, "POST", "/api/auth/token", body, "Content-Type", "application/json");
  }

  private static String token(String user) throws Exception {
    HttpResponse<String> answer = signIn("{\"user\":\"" + user + "\",\"plan\":\"pro\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.body()).get("access_token").asText();
  }

  @Test
  void local_mode_mints_a_token_that_lets_in() throws Exception {
    HttpResponse<String> answer = signIn("{\"user\":\"ada\",\"plan\":\"pro\",\"admin\":true}");
    JsonNode minted = JSON.readTree(answer.body());
    assertThat(minted.get("token_type").asText()).isEqualTo("bearer");
    assertThat(minted.get("expires_in").asLong()).isEqualTo(8 * 3600);
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    String token = minted.get("access_token").asText();
    assertThat(as(token, "GET", "/probe").body()).isEqualTo("ada");
    assertThat(as(token, "GET", "/probe/admin").body()).isEqualTo("ada");
    Caller caller = ((Verification.Valid) TOKENS.verify(token)).caller();
    assertThat(caller.plan()).isEqualTo("pro");
  }

  @Test
  void elsewhere_there_is_no_such_endpoint() throws Exception {
    HttpResponse<String> answer =
        call(
            ELSEWHERE,
            "POST",
            "/api/auth/token",
            "{\"user\":\"ada\"}",
            "Content-Type",
            "application/json");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(answer.body()).get("code").asText()).isEqualTo("not_found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
  void a_form_of_another_site_cannot_sign_in(String type) throws Exception {
    assertThat(
            call(APP, "POST", "/api/auth/token", "{\"user\":\"ada\"}", "Content-Type", type)
                .statusCode())
        .isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"user\":null}",
        "{\"user\":\"\"}",
        "{\"user\":\"   \"}",
        "{\"user\":\"a\\nb\"}",
        "{\"user\":\"<script>\"}",
        "{\"user\":\"../etc\"}",
        "{\"user\":\"ada\",\"plan\":\"platinum\"}",
        "{\"user\":\"ada\",\"plan\":\"\"}",
        "{\"user\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
      })
  void odd_names_and_plans_are_refused_by_field(String body) throws Exception {
    HttpResponse<String> answer = signIn(body);
    assertThat(answer.statusCode()).isEqualTo(422);
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.get("code").asText()).isEqualTo("validation_failed");
    assertThat(problem.get("errors").get(0).get("field").asText()).isIn("user", "plan");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ada", "Ada Lovelace", "ada@example.org", "Zoë", "李四", "o'neil", "7"})
  void ordinary_names_are_let_in(String name) throws Exception {
    assertThat(as(token(name), "GET", "/probe").statusCode()).isEqualTo(200);
  }

  @Test
  void without_a_token_the_challenge_is_plain_and_with_a_bad_one_it_says_so() throws Exception {
    HttpResponse<String> nobody = call(APP, "GET", "/probe", "");
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.headers().allValues("WWW-Authenticate")).containsExactly("Bearer");
    assertThat(nobody.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(JSON.readTree(nobody.body()).get("code").asText()).isEqualTo("unauthorized");
    assertThat(
            call(APP, "GET", "/probe", "", "Authorization", "Basic YTpi")
                .headers()
                .allValues("WWW-Authenticate"))
        .containsExactly("Bearer");
    HttpResponse<String> bad = as("nonsense", "GET", "/probe");
    assertThat(bad.statusCode()).isEqualTo(401);
    assertThat(bad.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer error=\"invalid_token\"");
    String good = token("ada");
    assertThat(call(APP, "GET", "/probe", "", "Authorization", "bEaReR   " + good).statusCode())
        .isEqualTo(200);
    assertThat(
            call(
                    APP,
                    "GET",
                    "/probe",
                    "",
                    "Authorization",
                    "Bearer " + good,
                    "Authorization",
                    "Bearer " + token("bob"))
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void a_role_that_is_missing_is_forbidden() throws Exception {
    assertThat(as(token("ada"), "GET", "/probe/admin").statusCode()).isEqualTo(403);
  }

  @Test
  void sessions_are_listed_and_ended_by_their_owner_alone() throws Exception {
    String first = token("grace");
    String second = token("grace");
    String third = token("grace");
    String bobs = token("bob");
    JsonNode listed = JSON.readTree(as(first, "GET", "/api/sessions").body()).get("sessions");
    assertThat(listed).hasSize(3);
    assertThat(listed.findValuesAsText("current")).containsOnlyOnce("true");
    assertThat(listed.get(0).get("created_at").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    String secondId = session(second);
    assertThat(as(bobs, "DELETE", "/api/sessions/" + secondId).statusCode()).isEqualTo(404);
    assertThat(as(second, "GET", "/probe").statusCode()).isEqualTo(200);
    assertThat(as(first, "DELETE", "/api/sessions/" + secondId).statusCode()).isEqualTo(200);
    HttpResponse<String> refused = as(second, "GET", "/probe");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer error=\"invalid_token\"");
    HttpResponse<String> others = as(first, "DELETE", "/api/sessions");
    assertThat(JSON.readTree(others.body()).get("revoked").asInt()).isEqualTo(1);
    assertThat(as(third, "GET", "/probe").statusCode()).isEqualTo(401);
    assertThat(as(first, "GET", "/probe").statusCode()).isEqualTo(200);
    assertThat(as(bobs, "GET", "/probe").statusCode()).isEqualTo(200);
  }

  @Test
  void a_ticket_admits_its_caller_once_unless_the_session_was_ended_meanwhile() throws Exception {
    assertThat(call(APP, "POST", "/api/socket/ticket", "").statusCode()).isEqualTo(401);
    String token = token("hopper");
    JsonNode issued = JSON.readTree(as(token, "POST", "/api/socket/ticket").body());
    assertThat(issued.get("expires_in").asInt()).isEqualTo(30);
    String ticket = issued.get("ticket").asText();
    assertThat(BEARER.ofTicket(ticket)).isInstanceOf(Verification.Valid.class);
    assertThat(BEARER.ofTicket(ticket)).isInstanceOf(Verification.Invalid.class);
    String late =
        JSON.readTree(as(token, "POST", "/api/socket/ticket").body()).get("ticket").asText();
    as(token, "DELETE", "/api/sessions/" + session(token));
    assertThat(BEARER.ofTicket(late)).isInstanceOf(Verification.Invalid.class);
  }

  private static String session(String token) {
    return ((Verification.Valid) TOKENS.verify(token)).caller().sessionId();
  }
}
