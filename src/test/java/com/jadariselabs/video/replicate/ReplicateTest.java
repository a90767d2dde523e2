package com.jadariselabs.video.replicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jadariselabs.video.replicate.Prediction.Status;
import com.jadariselabs.video.replicate.ReplicateException.Kind;
import com.jadariselabs.video.testing.FakePrediction;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.Servers;
import io.dropwizard.util.Duration;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.MDC;

/** The client against a provider that misbehaves. */
class ReplicateTest {
  private final FakeProvider provider = FakeProvider.start(new byte[1000]);
  private static final Duration S = Duration.seconds(5);

  private final CollectorRegistry registry = new CollectorRegistry();
  private Replicate replicate = client(provider.apiUrl());

  @AfterEach
  void stop() {
    replicate.close();
    provider.close();
  }

  @Test
  void a_prediction_is_created_by_its_official_model_followed_and_finished() {
    provider.takesPolls(2);
    Prediction created = make();
    assertThat(created.status()).isEqualTo(Status.STARTING);
    Prediction second = replicate.get(created.id()).join();
    assertThat(second.status()).isEqualTo(Status.PROCESSING);
    assertThat(second.progress()).hasValue(50);
    Prediction done = replicate.get(created.id()).join();
    assertThat(done.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(done.output()).containsExactly(provider.output(created.id() + ".mp4"));
    assertThat(done.predictSeconds()).hasValue(1.5);
    FakePrediction made = provider.made().get(0);
    assertThat(made.model()).isEqualTo("wan-video/wan-2.7-t2v");
    assertThat(made.version()).isNull();
    assertThat(made.input()).isEqualTo(Map.of("prompt", "a lion", "duration", 5));
    assertThat(made.cancelAfter()).hasSeconds(90);
    assertThat(made.authorization()).isEqualTo("Bearer r8_secret");
  }

  @Test
  void the_provider_joins_the_trace_of_the_thread_that_calls() {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    try (var field = MDC.putCloseable("traceId", trace)) {
      String id = make().id();
      provider.next(Call.GET, Fault.drop());
      replicate.get(id).join();
      replicate.cancel(id).join();
    }
    assertThat(provider.received())
        .as("repeated calls too, whatever thread repeats them")
        .hasSize(4)
        .allSatisfy(r -> assertThat(r.trace()).matches("00-" + trace + "-[0-9a-f]{16}-01"));
    try (var field = MDC.putCloseable("traceId", "vid_mm3k2v9c_4f7h2k1p")) {
      make();
    }
    assertThat(provider.received().get(4).trace()).as("none of a standard trace").isNull();
  }

  @Test
  void a_pinned_version_and_a_webhook_go_into_the_body() {
    URI webhook = URI.create("https://us.example/hook?attempt=1");
    replicate
        .create(
            new CreatePrediction(
                "a/b",
                "v".repeat(64),
                Map.of("prompt", "x"),
                java.time.Duration.ofMillis(100),
                webhook,
                List.of("start", "completed")))
        .join();
    FakePrediction made = provider.made().get(0);
    assertThat(made.version()).isEqualTo("v".repeat(64));
    assertThat(made.webhook()).isEqualTo(webhook.toString());
    assertThat(made.cancelAfter()).as("the least that the provider takes").hasSeconds(5);
  }

  @Test
  void a_cancel_reaches_the_provider() {
    provider.takes(java.time.Duration.ofHours(1));
    String id = make().id();
    assertThat(provider.running()).isEqualTo(1);
    assertThat(replicate.cancel(id).join().status()).isEqualTo(Status.CANCELED);
    assertThat(provider.running()).isZero();
    assertThat(replicate.cancel(id).join().status()).isEqualTo(Status.CANCELED);
  }

  static List<Fault> transientFaults() {
    return List.of(
        Fault.status(500),
        Fault.status(503),
        Fault.drop(),
        Fault.garbage(),
        Fault.truncate(),
        Fault.rateLimited("0"),
        Fault.hang());
  }

  @ParameterizedTest
  @MethodSource("transientFaults")
  void what_is_safe_is_repeated(Fault fault) {
    String id = make().id();
    provider.next(Call.GET, fault);
    assertThat(replicate.get(id).join().id()).isEqualTo(id);
    assertThat(provider.calls(Call.GET)).isEqualTo(2);
    provider.next(Call.CANCEL, fault);
    assertThat(replicate.cancel(id).join().id()).isEqualTo(id);
    provider.next(Call.LIST, fault);
    assertThat(replicate.createdAfter(Instant.EPOCH).join()).hasSize(1);
  }

  @Test
  void repeating_ends_after_three_attempts() {
    String id = make().id();
    provider.always(Call.GET, Fault.status(502));
    assertThat(failure(replicate.get(id)).kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(provider.calls(Call.GET)).isEqualTo(3);
  }

  static List<Fault> lostAnswers() {
    return List.of(
        Fault.drop().afterEffect(),
        Fault.hang().afterEffect(),
        Fault.truncate(),
        Fault.garbage(),
        Fault.status(500).afterEffect(),
        Fault.drip(java.time.Duration.ofMillis(20)),
        Fault.drop());
  }

  @ParameterizedTest
  @MethodSource("lostAnswers")
  void a_create_whose_answer_is_lost_is_not_repeated_and_says_that_its_outcome_is_unknown(
      Fault fault) {
    provider.next(Call.CREATE, fault);
    ReplicateException lost = failure(create());
    assertThat(lost.kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
    assertThat(lost.mayHaveMade()).isTrue();
    assertThat(provider.calls(Call.CREATE)).isEqualTo(1);
    assertThat(replicate.createdAfter(Instant.now().minusSeconds(60)).join())
        .as("the orphan, recognisable by what it was asked")
        .hasSize(fault.takesEffect() ? 1 : 0)
        .allSatisfy(orphan -> assertThat(orphan.input()).containsEntry("prompt", "a lion"));
  }

  @Test
  void a_refused_connection_is_surely_no_prediction() {
    replicate.close();
    replicate = other(quick("http://127.0.0.1:" + Servers.freePort()));
    ReplicateException refused = failure(create());
    assertThat(refused.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(refused.mayHaveMade()).isFalse();
  }

  @Test
  void a_create_is_repeated_after_a_429_with_a_short_wait() {
    provider.next(Call.CREATE, Fault.rateLimited("0"), Fault.rateLimitedInBody(0.05));
    assertThat(make().status()).isNotNull();
    assertThat(provider.made()).hasSize(1);
    assertThat(provider.calls(Call.CREATE)).isEqualTo(3);
  }

  static List<Fault> longWaits() {
    return List.of(
        Fault.rateLimited("17"),
        Fault.rateLimited("Fri, 27 Feb 2026 18:36:17 GMT"),
        Fault.rateLimitedInBody(17),
        Fault.rateLimitedInDetail(17));
  }

  @ParameterizedTest
  @MethodSource("longWaits")
  void a_429_with_a_long_wait_tells_it_and_holds_back_the_creates_after_it(Fault fault) {
    replicate.close();
    Clock clock = Clock.fixed(Instant.parse("2026-02-27T18:36:00Z"), java.time.ZoneOffset.UTC);
    replicate = new Replicate(quick(provider.apiUrl()), new CollectorRegistry(), clock);
    provider.next(Call.CREATE, fault);
    ReplicateException limited = failure(create());
    assertThat(limited.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(limited.retryAfter()).contains(java.time.Duration.ofSeconds(17));
    ReplicateException next = failure(create());
    assertThat(next.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(next.retryAfter().orElseThrow())
        .isBetween(java.time.Duration.ofSeconds(10), java.time.Duration.ofSeconds(17));
    assertThat(provider.calls(Call.CREATE)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_INPUT",
    "401, OPERATOR",
    "402, OPERATOR",
    "404, NOT_FOUND",
    "301, OPERATOR"
  })
  void a_clear_refusal_is_neither_repeated_nor_held_against_the_provider(int status, Kind kind) {
    provider.always(Call.CREATE, Fault.status(status));
    for (int i = 0; i < 25; i++) {
      assertThat(failure(create()).kind()).isEqualTo(kind);
    }
    assertThat(provider.calls(Call.CREATE)).isEqualTo(25);
    assertThat(replicate.circuit()).isEqualTo(Replicate.Circuit.CLOSED);
    assertThat(replicate.check().isPresent()).isEqualTo(kind == Kind.OPERATOR);
  }

  @Test
  void refused_input_names_the_field_and_never_what_was_in_it() {
    provider.next(Call.CREATE, Fault.invalid("duration"), Fault.invalid("a lion in the rain"));
    assertThat(failure(create())).hasMessage("create: answered 422 (duration).");
    assertThat(failure(create())).hasMessage("create: answered 422.");
  }

  @Test
  void an_operator_s_problem_stands_until_the_provider_takes_a_call() {
    provider.next(Call.CREATE, Fault.status(402));
    assertThat(failure(create()).kind()).isEqualTo(Kind.OPERATOR);
    assertThat(replicate.check()).hasValueSatisfying(p -> assertThat(p).contains("credit"));
    make();
    assertThat(replicate.check()).isEmpty();
  }

  @Test
  void a_slow_drip_ends_with_the_time_for_the_whole_call() {
    String id = make().id();
    provider.always(Call.GET, Fault.drip(java.time.Duration.ofMillis(20)));
    assertThat(replicate.get(id))
        .failsWithin(20, TimeUnit.SECONDS)
        .withThrowableThat()
        .havingCause()
        .satisfies(e -> assertThat(ReplicateException.of(e).kind()).isEqualTo(Kind.TRANSIENT));
  }

  @Test
  void an_answer_without_end_is_cut_off() {
    String id = make().id();
    provider.always(Call.GET, Fault.endless());
    assertThat(failure(replicate.get(id)).kind()).isEqualTo(Kind.TOO_LARGE);
    provider.next(Call.CREATE, Fault.endless().afterEffect());
    assertThat(failure(create()).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
  }

  @Test
  void the_circuit_opens_after_failures_spares_the_provider_and_closes_after_a_probe() {
    String id = make().id();
    provider.always(Call.GET, Fault.status(500));
    await().until(() -> failure(replicate.get(id)).kind() == Kind.CIRCUIT_OPEN);
    assertThat(replicate.circuit()).isEqualTo(Replicate.Circuit.OPEN);
    assertThat(metric("video_provider_circuit_state")).isEqualTo(2.0);
    assertThat(replicate.check()).isPresent();
    int calls = provider.calls(Call.GET);
    ReplicateException open = failure(create());
    assertThat(open.kind()).isEqualTo(Kind.CIRCUIT_OPEN);
    assertThat(open.retryAfter()).isPresent();
    assertThat(provider.calls(Call.GET)).isEqualTo(calls);
    assertThat(provider.calls(Call.CREATE)).isEqualTo(1);

    provider.heal();
    await().ignoreExceptions().until(() -> replicate.get(id).join().id().equals(id));
    assertThat(replicate.circuit()).isEqualTo(Replicate.Circuit.CLOSED);
    assertThat(metric("video_provider_circuit_state")).isZero();
  }

  @Test
  void the_list_follows_its_pages_and_ends_at_what_is_older() {
    for (int i = 0; i < 120; i++) {
      make();
    }
    List<Prediction> all = replicate.createdAfter(Instant.now().minusSeconds(600)).join();
    assertThat(all).hasSize(120);
    assertThat(all.get(0).id()).endsWith("n120");
    assertThat(provider.calls(Call.LIST)).isEqualTo(2);
    assertThat(replicate.createdAfter(Instant.now().plusSeconds(600)).join()).isEmpty();
    assertThat(provider.calls(Call.LIST)).isEqualTo(3);
  }

  @Test
  void the_next_page_is_followed_at_the_api_alone() {
    String elsewhere = "{\"next\":\"https://evil.example/v1/predictions?cursor=1\",\"results\":[]}";
    provider.next(Call.LIST, Fault.answer(200, Map.of(), elsewhere));
    assertThat(replicate.createdAfter(Instant.EPOCH).join()).isEmpty();
  }

  @Test
  void calls_beyond_the_budget_wait_shortly_or_are_told_when_to_come_again() {
    replicate.close();
    ReplicateSettings settings =
        new ReplicateSettings(provider.apiUrl(), null, null, S, S, S, S, 60, 0, 0, S);
    replicate = other(settings);
    List<CompletableFuture<Prediction>> creates = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      creates.add(create());
    }
    List<@Nullable Kind> ends = new ArrayList<>();
    for (CompletableFuture<Prediction> each : creates) {
      ends.add(each.handle((v, t) -> t == null ? null : ReplicateException.of(t).kind()).join());
    }
    assertThat(ends).containsNull().contains(Kind.RATE_LIMITED);
    assertThat(provider.made()).hasSizeBetween(60, 64);
  }

  @Test
  void many_predictions_at_once_need_few_threads() {
    provider.takes(java.time.Duration.ofMillis(300)).withoutRecord();
    replicate.close();
    replicate = other(ReplicateSettings.at(provider.apiUrl(), null).unlimited());
    List<CompletableFuture<Prediction>> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(create().thenCompose(made -> replicate.get(made.id())));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    assertThat(provider.made()).hasSize(500);
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.isAlive() && t.getName().startsWith("replicate"))
            .count();
    assertThat(threads).isLessThan(20);
  }

  @Test
  void calls_are_counted_by_operation_and_outcome() {
    String id = make().id();
    provider.next(Call.GET, Fault.status(500), Fault.status(404));
    failure(replicate.get(id));
    assertThat(requests("create", "ok")).isEqualTo(1);
    assertThat(requests("get", "transient")).isEqualTo(1);
    assertThat(requests("get", "not_found")).isEqualTo(1);
  }

  @Test
  void an_id_that_could_be_a_path_is_refused() {
    assertThatThrownBy(() -> replicate.get("../account"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_closed_client_fails_its_calls() {
    replicate.close();
    assertThat(failure(create()).kind()).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void closing_ends_the_calls_in_flight() {
    String id = make().id();
    provider.always(Call.GET, Fault.hang()).always(Call.CREATE, Fault.hang());
    CompletableFuture<Prediction> get = replicate.get(id);
    CompletableFuture<Prediction> create = create();
    await().until(() -> provider.calls(Call.CREATE) == 2 && provider.calls(Call.GET) == 1);
    replicate.close();
    assertThat(failure(get)).isNotNull();
    assertThat(failure(create).kind()).isEqualTo(Kind.UNKNOWN_OUTCOME);
  }

  private CompletableFuture<Prediction> create() {
    return replicate.create(
        new CreatePrediction(
            "wan-video/wan-2.7-t2v",
            null,
            Map.of("prompt", "a lion", "duration", 5),
            java.time.Duration.ofSeconds(90),
            null,
            List.of()));
  }

  private Prediction make() {
    return create().join();
  }

  private Replicate other(ReplicateSettings settings) {
    return new Replicate(settings, new CollectorRegistry(), Clock.systemUTC());
  }

  private Replicate client(String url) {
    return new Replicate(quick(url), registry, Clock.systemUTC());
  }

  private static ReplicateSettings quick(String url) {
    return new ReplicateSettings(
        url,
        "r8_secret",
        null,
        Duration.seconds(2),
        Duration.milliseconds(500),
        Duration.milliseconds(1500),
        Duration.seconds(2),
        -1,
        -1,
        0,
        Duration.milliseconds(300));
  }

  private double requests(String operation, String outcome) {
    Double value =
        registry.getSampleValue(
            "video_provider_requests_total",
            new String[] {"operation", "outcome"},
            new String[] {operation, outcome});
    return value == null ? 0 : value;
  }

  private double metric(String name) {
    return registry.getSampleValue(name);
  }

  static ReplicateException failure(CompletableFuture<?> future) {
    return future
        .handle(
            (value, failure) -> {
              assertThat(failure).as("the call fails").isNotNull();
              return ReplicateException.of(failure);
            })
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }
}
