package com.jadariselabs.video.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ticker;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Announcer;
import com.jadariselabs.video.auth.ApiKeys;
import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Sessions;
import com.jadariselabs.video.auth.Tickets;
import com.jadariselabs.video.auth.TokenSettings;
import com.jadariselabs.video.auth.Tokens;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.testing.House;
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
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DropwizardExtensionsSupport.class)
class UsageTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final House HOUSE = new House();
  private static final Tokens TOKENS = tokens();
  private static final Sessions SESSIONS = new Sessions(HOUSE.jdbi(), Announcer.silent(), CLOCK);
  private static final AuditLog AUDIT = new AuditLog(HOUSE.jdbi());

  private static final DropwizardClientExtension APP =
      new DropwizardClientExtension(
          new Authentication(
              new Bearer(
                  TOKENS,
                  SESSIONS,
                  new Tickets(HOUSE.jdbi(), CLOCK),
                  new ApiKeys(HOUSE.jdbi(), SESSIONS, CLOCK, Ticker.systemTicker()))),
          new UsageResource(HOUSE.room().usage(), HOUSE.accounts(), AUDIT, CLOCK));

  private final String user = House.anyone();
  private final String token = TOKENS.mint(user, "free", false, LEASE);

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

  private static HttpResponse<String> usage(String token, String query) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(APP.baseUri() + "/usage" + query))
            .header("Authorization", "Bearer " + token)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode report(String token, String query) throws Exception {
    HttpResponse<String> answer = usage(token, query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return StrictJson.mapper().readTree(answer.body());
  }

  private static void submittedOn(Generation g, String day, @Nullable String keyId) {
    HOUSE
        .jdbi()
        .useHandle(
            h ->
                h.execute(
                    "UPDATE generations SET created_at = ?::timestamptz, api_key_id = ?"
                        + " WHERE id = ?",
                    day,
                    keyId,
                    g.id()));
  }

  /** One completed, one failed twice, one cancelled, one still open, over two days and a key. */
  private void someUsage() {
    HOUSE
        .jdbi()
        .useHandle(
            h ->
                h.execute(
                    "INSERT INTO api_keys (id, user_id, name, digest, reads, writes, plan)"
                        + " VALUES (?, ?, 'farm', decode(repeat('00', 32), 'hex'), true, true,"
                        + " 'free')",
                    "key_" + user,
                    user));
    Generation completed = HOUSE.accepted(user);
    HOUSE
        .transitions()
        .completed(
            HOUSE.transitions().claim(completed.id(), "w", LEASE).orElseThrow(), "v", null, null);
    submittedOn(completed, "2026-03-01T23:59:59.999Z", "key_" + user);
    Generation failed = HOUSE.accepted(user);
    fail(failed);
    HOUSE.room().oversight().retry(failed.id(), "root");
    fail(failed);
    submittedOn(failed, "2026-03-02T00:00:00Z", "key_" + user);
    Generation cancelled = HOUSE.accepted(user);
    HOUSE.generations().cancel(user, cancelled.id());
    submittedOn(cancelled, "2026-03-02T12:00:00Z", null);
    submittedOn(HOUSE.accepted(user), "2026-03-02T12:00:00Z", null);
    submittedOn(HOUSE.accepted(user), "2026-03-03T00:00:00Z", null);
    HOUSE.accepted(House.anyone());
  }

  private static void fail(Generation g) {
    HOUSE
        .transitions()
        .failed(
            HOUSE.transitions().claim(g.id(), "w", LEASE).orElseThrow(),
            new Transitions.Failure("timeout", "Too slow.", true, null));
  }

  @Test
  void figures_are_told_by_day_in_utc_with_all_that_was_charged_and_refunded() throws Exception {
    someUsage();
    JsonNode report = report(token, "?from=2026-03-01&to=2026-03-02");
    assertThat(report.get("usage"))
        .hasToString(
            "[{\"day\":\"2026-03-01\",\"completed\":1,\"failed\":0,\"cancelled\":0,\"open\":0,"
                + "\"seconds\":5,\"credits_charged\":5,\"credits_refunded\":0},"
                + "{\"day\":\"2026-03-02\",\"completed\":0,\"failed\":1,\"cancelled\":1,\"open\":1,"
                + "\"seconds\":0,\"credits_charged\":20,\"credits_refunded\":15}]");
    assertThat(report.at("/total/credits_charged").asInt()).isEqualTo(25);
    assertThat(report.at("/total/completed").asInt()).isEqualTo(1);
    JsonNode byModel = report(token, "?from=2026-03-02&to=2026-03-02&group=model");
    assertThat(byModel.at("/usage/0/model").asText()).isEqualTo("wan2");
    assertThat(byModel.at("/usage/0/credits_charged").asInt()).isEqualTo(20);
    JsonNode byKey = report(token, "?from=2026-03-01&to=2026-03-31&group=key");
    assertThat(byKey.at("/usage/0").has("key_id")).isFalse();
    assertThat(byKey.at("/usage/0/open").asInt()).isEqualTo(2);
    assertThat(byKey.at("/usage/1/key_id").asText()).isEqualTo("key_" + user);
    assertThat(byKey.at("/usage/1/key_name").asText()).isEqualTo("farm");
    assertThat(byKey.at("/usage/1/completed").asInt()).isEqualTo(1);
    assertThat(byKey.at("/total/open").asInt()).isEqualTo(2);
  }

  @Test
  void without_dates_it_is_the_last_thirty_days_and_nothing_is_nothing() throws Exception {
    JsonNode report = report(token, "");
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    assertThat(report.get("to").asText()).isEqualTo(today.toString());
    assertThat(report.get("from").asText()).isEqualTo(today.minusDays(29).toString());
    assertThat(report.get("usage")).isEmpty();
    assertThat(report.at("/total/credits_charged").asInt()).isZero();
  }

  @Test
  void an_admin_may_ask_for_anybody_and_nobody_else_may() throws Exception {
    String other = HOUSE.accepted(House.anyone()).userId();
    assertThat(usage(token, "?user=" + other).statusCode()).isEqualTo(403);
    assertThat(report(token, "?user=" + user).get("user_id").asText()).isEqualTo(user);
    String admin = TOKENS.mint("root", "free", true, LEASE);
    assertThat(report(admin, "?user=" + other).at("/total/open").asInt()).isEqualTo(1);
    assertThat(usage(admin, "?user=nobody-at-all").statusCode()).isEqualTo(404);
    assertThat(AUDIT.entries(Long.MAX_VALUE, 10))
        .anyMatch(e -> e.action().equals("user.usage") && other.equals(e.target()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?from=yesterday",
        "?to=2026-02-30",
        "?from=2026-03-02&to=2026-03-01",
        "?from=2025-03-01&to=2026-03-02",
        "?from=+999999-01-01",
        "?to=2026-03-01T00:00:00Z",
        "?group=user",
        "?group=",
      })
  void what_makes_no_sense_is_refused_by_name(String query) throws Exception {
    HttpResponse<String> refused = usage(token, query);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(StrictJson.mapper().readTree(refused.body()).at("/errors/0/field").asText())
        .isIn("from", "to", "group");
  }
}
