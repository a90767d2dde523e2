package com.jadariselabs.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.OwnRedis;
import com.jadariselabs.video.testing.Servers;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What operators look at: probes, metrics, alert rules, the dashboard, and traces. */
class OperatorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern METRIC = Pattern.compile("\\b(?:video|jvm|process)_[a-z_]+");
  private static final Pattern PARTS_OF_HISTOGRAMS = Pattern.compile("_(bucket|count|sum)$");

  private static DropwizardTestSupport<VideoConfiguration> service;
  private static OwnRedis redis;
  private static Client admin;
  private static Client user;
  private static Client probes;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws Exception {
    redis = new OwnRedis();
    service =
        new DropwizardTestSupport<>(
            VideoApplication.class,
            "config.yml",
            ConfigOverride.config("database.url", Servers.freshDatabase()),
            ConfigOverride.config("database.user", "postgres"),
            ConfigOverride.config("redis.host", "127.0.0.1"),
            ConfigOverride.config("redis.port", "" + redis.settings().port()),
            ConfigOverride.config("service.dataDir", Files.createTempDirectory("video") + ""),
            ConfigOverride.config("queue.workersMin", "0"),
            ConfigOverride.config("queue.workersMax", "0"),
            ConfigOverride.config("server.applicationConnectors[0].port", "0"),
            ConfigOverride.config("server.adminConnectors[0].port", "0"));
    service.before();
    URI url = URI.create("http://127.0.0.1:" + service.getLocalPort());
    admin = new Client(url, token(url, "root", true));
    user = new Client(url, token(url, "ada", false));
    probes = new Client(URI.create("http://127.0.0.1:" + service.getAdminPort()), null);
  }

  @AfterAll
  static void stop() throws Exception {
    if (service != null) {
      service.after();
    }
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void a_server_that_can_work_is_ready_and_lives() {
    for (String probe : List.of("/ready", "/live")) {
      Client.Answer answer = probes.get(probe);
      assertThat(answer.status()).as(probe + answer.text()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo("ok\n");
      assertThat(answer.header("Cache-Control")).hasValue("no-store");
    }
  }

  @Test
  void a_redis_that_drops_keys_is_reported_and_still_used() {
    try (Jedis jedis = redis.connect()) {
      jedis.configSet("maxmemory-policy", "allkeys-lru");
      JsonNode checks = probes.get("/healthcheck").json();
      assertThat(checks.at("/redis-eviction/healthy").asBoolean()).isFalse();
      assertThat(checks.at("/redis-eviction/message").asText()).contains("noeviction");
      assertThat(checks.at("/redis/healthy").asBoolean()).isTrue();
      assertThat(probes.get("/ready").status()).isEqualTo(200);
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(metrics())
                      .contains("video_check_healthy{check=\"redis-eviction\",} 0.0"));
      jedis.configSet("maxmemory-policy", "noeviction");
      assertThat(probes.get("/healthcheck").status()).isEqualTo(200);
    }
  }

  @Test
  void a_trace_that_a_caller_has_begun_is_the_trace_of_the_answer() {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    assertThat(traced("00-" + trace + "-00f067aa0ba902b7-01")).isEqualTo(trace);
    assertThat(traced("cc-" + trace + "-00f067aa0ba902b7-01-later")).isEqualTo(trace);
    for (String wrong :
        List.of(
            "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01",
            "00-" + trace + "-" + "0".repeat(16) + "-01",
            "ff-" + trace + "-00f067aa0ba902b7-01",
            "00-" + trace + "-00f067aa0ba902b7-01-more",
            "00-" + trace.toUpperCase(java.util.Locale.ROOT) + "-00f067aa0ba902b7-01",
            "nonsense")) {
      assertThat(traced(wrong)).as(wrong).startsWith("vid_");
    }
    Client.Answer both =
        user.get(
            "/api/me", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01", "X-Trace-Id", "mine");
    assertThat(both.header("X-Trace-Id")).hasValue("mine");
  }

  @Test
  void the_files_for_prometheus_and_grafana_are_for_admins() throws Exception {
    assertThat(user.get("/api/admin/ops/alerts.yml").status()).isEqualTo(403);
    Client.Answer alerts = admin.get("/api/admin/ops/alerts.yml");
    assertThat(alerts.header("Content-Type")).hasValue("application/yaml");
    assertThat(alerts.body()).isEqualTo(shipped("alerts.yml"));
    Client.Answer dashboard = admin.get("/api/admin/ops/dashboard.json");
    assertThat(dashboard.json().get("panels")).hasSizeGreaterThan(20);
    assertThat(dashboard.body()).isEqualTo(shipped("dashboard.json"));
  }

  @Test
  void they_ask_for_nothing_that_is_not_there() throws Exception {
    String metrics = metrics();
    Set<String> there =
        metrics
            .lines()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.split(" ")[2])
            .collect(Collectors.toCollection(TreeSet::new));
    String asked =
        String.join("\n", expressions())
            + new String(shipped("alerts.yml"), StandardCharsets.UTF_8);
    Set<String> names =
        METRIC
            .matcher(asked)
            .results()
            .map(name -> PARTS_OF_HISTOGRAMS.matcher(name.group()).replaceFirst(""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(names).hasSizeGreaterThan(20);
    assertThat(there).containsAll(names);
  }

  @Test
  void prometheus_own_tool_finds_nothing_wrong() throws Exception {
    Path alerts = Files.write(directory.resolve("alerts.yml"), shipped("alerts.yml"));
    assertThat(promtool(null, "check", "rules", alerts.toString())).contains("SUCCESS");
    // Each expression of the dashboard, as a rule: it has no other way to be checked.
    StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
    List<String> expressions = expressions();
    for (int i = 0; i < expressions.size(); i++) {
      rules
          .append("      - record: dashboard:panel:")
          .append(i)
          .append("\n        expr: ")
          .append(JSON.writeValueAsString(expressions.get(i).replace("$__rate_interval", "5m")))
          .append('\n');
    }
    Path panels = Files.writeString(directory.resolve("panels.yml"), rules);
    assertThat(promtool(null, "check", "rules", panels.toString())).contains("SUCCESS");
    Path metrics = Files.writeString(directory.resolve("metrics.txt"), metrics());
    assertThat(promtool(metrics, "check", "metrics")).isEmpty();
  }

  private static List<String> expressions() throws IOException {
    List<String> expressions = new ArrayList<>();
    JSON.readTree(shipped("dashboard.json"))
        .findParents("expr")
        .forEach(target -> expressions.add(target.get("expr").asText()));
    return expressions;
  }

  /** What it says, or a failure with what it says. */
  private static String promtool(@Nullable Path input, String... words) throws Exception {
    assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool"))),
        "No promtool on the PATH: rules and metrics are not checked by it.");
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private static String metrics() {
    return probes.get("/prometheus").text();
  }

  private static String traced(String parent) {
    return user.get("/api/me", "traceparent", parent).header("X-Trace-Id").orElseThrow();
  }

  private static byte[] shipped(String name) throws IOException {
    try (var in = OperatorsTest.class.getResourceAsStream("/ops/" + name)) {
      return in.readAllBytes();
    }
  }

  private static String token(URI url, String name, boolean admin) {
    return new Client(url, null)
        .post("/api/auth/token", "{\"user\":\"%s\",\"admin\":%s}".formatted(name, admin))
        .json()
        .get("access_token")
        .asText();
  }
}
