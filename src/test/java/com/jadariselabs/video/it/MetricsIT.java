package com.jadariselabs.video.it;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.Observer;
import com.jadariselabs.video.testing.Servers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads of a process, before anything has happened there and after. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MetricsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String SUBMIT = "/api/generate/video";
  private static final Pattern LINE = Pattern.compile("([a-z_]+(?:\\{.*})?) (\\S+)");

  @TempDir static Path directory;
  private static Instance instance;
  private static Client ada;

  @BeforeAll
  static void start() {
    instance =
        Instance.of(Instance.settings(directory, Servers.freshDatabase(), Servers.redisPort()))
            .with("START_CREDITS_STARTER", 200)
            .start();
    ada = instance.user("ada", "starter");
  }

  @AfterAll
  static void stop() {
    instance.close();
  }

  @Test
  @Order(1)
  void everything_is_there_from_the_first_time_so_that_rates_miss_nothing() {
    Map<String, Double> first = scrape();
    assertThat(first)
        .containsKeys(labelled("video_queue_length", "priority", "high", "normal", "low"))
        .containsKeys(
            labelled(
                "video_queue_jobs_total", "status", "success", "failed", "retried", "cancelled"))
        .containsKeys(labelled("video_credits_consumed_total", "plan", "free", "starter", "pro"))
        .containsKeys(labelled("video_workers", "state", "busy", "idle"))
        .containsKeys(labelled("video_rate_limited_total", "window", "minute", "hour", "day"))
        .containsKeys(
            labelled("video_websocket_messages_total", "event", "subscribe", "job:completed"))
        .containsKeys(labelled("video_moderation_total", "result", "allowed", "rejected"))
        .containsKeys(
            "video_queue_processing_time_seconds_count",
            "video_queue_wait_time_seconds_count",
            "video_credits_refunded_total",
            "video_websocket_connections",
            "video_provider_circuit_state",
            "video_api_request_duration_seconds_count{endpoint=\"/api/generate/video\",}");
    for (String level : List.of("l1", "l2", "l4")) {
      for (String result : List.of("hit", "miss")) {
        assertThat(first)
            .containsKey(
                "video_cache_requests_total{level=\"%s\",result=\"%s\",}".formatted(level, result));
      }
    }
    for (JsonNode model : instance.nobody().get("/api/models").json().path("models")) {
      for (String plan : List.of("free", "starter", "pro")) {
        assertThat(first).containsKey(generations(plan, model.path("id").asText()));
      }
    }
    for (String operation : List.of("create", "get", "cancel", "list", "download")) {
      for (String outcome : List.of("ok", "transient", "rate_limited", "operator")) {
        assertThat(first).containsKey(provider(operation, outcome));
      }
    }
    for (String status : List.of("202", "400", "401", "402", "422", "429", "500", "503")) {
      assertThat(first).containsKey(request(SUBMIT, "POST", status));
    }
    assertThat(first)
        .allSatisfy(
            (name, value) -> {
              if (name.startsWith("video_") && name.contains("_total")) {
                assertThat(value).as(name).isZero();
              }
            });
  }

  @Test
  @Order(2)
  void an_end_of_each_kind_is_counted_exactly_once() {
    Map<String, Double> before = scrape();
    try (Observer socket = ada.observe()) {
      assertThat(ended("A lion")).isEqualTo("completed");
      assertThat(ended("A boat [[fail-once]]")).isEqualTo("completed");
      assertThat(ended("A tree [[html]]")).isEqualTo("failed");
      String id = ada.submit("A hill [[hang]]", 2).generationId();
      socket.await(heard -> heard.generationId().equals(id) && heard.event().equals("job:started"));
      assertThat(ada.delete(SUBMIT + "?generation_id=" + id).status()).isEqualTo(200);
      socket.await(heard -> heard.generationId().equals(id) && heard.terminal());
    }
    long balance = ada.credits();
    int retried = ada.list().stream().mapToInt(id -> attempts(id) - 1).sum();
    awaitGrown(
        before,
        Map.ofEntries(
            entry("video_queue_jobs_total{status=\"success\",}", 2.0),
            entry("video_queue_jobs_total{status=\"failed\",}", 1.0),
            entry("video_queue_jobs_total{status=\"cancelled\",}", 1.0),
            entry("video_queue_jobs_total{status=\"retried\",}", (double) retried),
            entry(generations("starter", "wan2"), 4.0),
            entry("video_credits_consumed_total{plan=\"starter\",}", 8.0),
            entry("video_credits_refunded_total", balance - 200 + 8.0),
            entry("video_queue_wait_time_seconds_count", 4.0),
            entry("video_queue_processing_time_seconds_count", 3.0),
            entry(request(SUBMIT, "POST", "202"), 4.0),
            entry(request(SUBMIT, "DELETE", "200"), 1.0),
            entry(provider("create", "ok"), 4.0 + retried),
            entry("video_websocket_messages_total{event=\"job:completed\",}", 2.0),
            entry("video_websocket_messages_total{event=\"job:cancelled\",}", 1.0)));
  }

  @Test
  @Order(3)
  void what_is_refused_before_a_route_is_found_is_counted_under_its_route() {
    Map<String, Double> before = scrape();
    assertThat(instance.nobody().get("/api/socket/?EIO=4&transport=polling&sid=unknown").status())
        .isEqualTo(400);
    assertThat(ada.send("PATCH", "/api/sessions/made-up", null).join().status()).isEqualTo(405);
    assertThat(ada.get("/api/made-up").status()).isEqualTo(404);
    awaitGrown(
        before,
        Map.of(
            request("/api/socket", "GET", "400"), 1.0,
            request("/api/sessions/{id}", "PATCH", "405"), 1.0,
            request("other", "GET", "404"), 1.0));
    assertThat(scrape().keySet()).noneMatch(name -> name.contains("made-up"));
  }

  private static String ended(String prompt) {
    return ada.awaitEnd(ada.submit(prompt, 2).generationId(), PATIENCE).path("status").asText();
  }

  private static int attempts(String id) {
    return ada.generation(id).path("attempts").asInt();
  }

  /** An answer is counted a moment after it has been sent. */
  private static void awaitGrown(Map<String, Double> before, Map<String, Double> by) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              Map<String, Double> grown = scrape();
              grown.replaceAll((name, value) -> value - before.getOrDefault(name, 0.0));
              assertThat(grown).containsAllEntriesOf(by);
            });
  }

  private static Map<String, Double> scrape() {
    Map<String, Double> values = new TreeMap<>();
    instance
        .nobody()
        .get("/api/metrics")
        .text()
        .lines()
        .forEach(
            line -> {
              Matcher parts = LINE.matcher(line);
              if (parts.matches()) {
                values.put(parts.group(1), Double.parseDouble(parts.group(2)));
              }
            });
    return values;
  }

  private static String[] labelled(String metric, String label, String... values) {
    return Stream.of(values)
        .map(value -> "%s{%s=\"%s\",}".formatted(metric, label, value))
        .toArray(String[]::new);
  }

  private static String generations(String plan, String model) {
    return "video_generations_total{plan=\"%s\",model=\"%s\",}".formatted(plan, model);
  }

  private static String provider(String operation, String outcome) {
    return "video_provider_requests_total{operation=\"%s\",outcome=\"%s\",}"
        .formatted(operation, outcome);
  }

  private static String request(String endpoint, String method, String status) {
    return "video_api_requests_total{endpoint=\"%s\",method=\"%s\",status=\"%s\",}"
        .formatted(endpoint, method, status);
  }
}
