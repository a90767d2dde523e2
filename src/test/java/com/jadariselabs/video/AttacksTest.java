package com.jadariselabs.video;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.testing.Doorstep;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.RawHttp.Answer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What strangers send, line by line, and what they must not see of the inside. */
class AttacksTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "Content-Type: application/json";
  private static final String SUBMIT = "/api/generate/video";
  private static Doorstep service;

  @BeforeAll
  static void start() throws Exception {
    service = new Doorstep("rateLimits.perAddress", "40");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static Answer submit(String user, String body) {
    return service
        .http()
        .send("POST", SUBMIT, body, TYPE, Doorstep.bearer(Doorstep.token(user, "of-" + user)));
  }

  private static Answer get(String user, String path) {
    return service
        .http()
        .send("GET", path, "", Doorstep.bearer(Doorstep.token(user, "of-" + user)));
  }

  static Stream<Arguments> bodies() {
    List<Arguments> lines = new ArrayList<>();
    for (String malformed :
        List.of(
            "",
            " ",
            "null",
            "true",
            "7",
            "\"text\"",
            "[]",
            "[{}]",
            "{",
            "}",
            "{]",
            "{}{}",
            "{},",
            "nonsense",
            "<xml/>",
            "'{}'",
            "{'prompt':'x'}",
            "{prompt:\"x\"}",
            "{\"prompt\":\"x\",}",
            "{\"prompt\":\"x\"} // no",
            "\uFEFFx{}",
            "{\"prompt\":NaN}",
            "{\"prompt\":\"\\x\"}",
            "{\"prompt\":\"a\u0001b\"}",
            "{\"prompt\":\"a\nb\"}",
            "{\"duration\":01}",
            "{\"duration\":+1}",
            "{\"duration\":.5}",
            "{\"duration\":0x10}",
            "{\"duration\":Infinity}",
            "{\"prompt\":" + "[".repeat(5_000),
            "{\"a\":".repeat(5_000),
            "{\"duration\":" + "9".repeat(5_000) + "}",
            "{\"" + "k".repeat(5_000) + "\":1}",
            "{\"prompt\":\"x\",\"prompt\":\"y\"}",
            "{\"__proto__\":{\"admin\":true}}",
            "{\"constructor\":{}}",
            "{\"user_id\":\"root\"}",
            "{\"credits\":0}",
            "{\"credits_charged\":-5}",
            "{\"plan\":\"pro\"}",
            "{\"status\":\"completed\"}",
            "{\"Prompt\":\"x\"}",
            "{\"\":1}",
            "{\"prompt\":5}",
            "{\"prompt\":true}",
            "{\"prompt\":[\"x\"]}",
            "{\"prompt\":{\"$ne\":1}}",
            "{\"duration\":\"5\"}",
            "{\"duration\":[5]}",
            "{\"duration\":{}}",
            "{\"duration\":true}",
            "{\"model\":1}",
            "{\"model\":[\"wan2\"]}",
            "{\"quality\":2}",
            "{\"style\":{}}",
            "{\"aspect_ratio\":1.78}",
            "{\"seed\":\"1\"}",
            "{\"enhance\":\"true\"}",
            "{\"enhance\":1}",
            "{\"image_url\":[]}",
            "{\"webhook_url\":7}")) {
      lines.add(Arguments.of(malformed, 400, "malformed_request"));
    }
    for (String field :
        List.of(
            "\"duration\":0",
            "\"duration\":-1",
            "\"duration\":61",
            "\"duration\":1.5",
            "\"duration\":1e9",
            "\"duration\":1e-9",
            "\"duration\":1e999",
            "\"duration\":null",
            "\"duration\":2147483648",
            "\"duration\":-9223372036854775809",
            "\"prompt\":\"\"",
            "\"prompt\":\"   \"",
            "\"prompt\":\"\\u0000\"",
            "\"prompt\":\"a\\u0007b\"",
            "\"prompt\":\"a\\u202Eb\"",
            "\"prompt\":\"\\u2066x\\u2069\"",
            "\"prompt\":\"\\uD800\"",
            "\"prompt\":\"\\u007f\"",
            "\"prompt\":\"\\u0085x\"",
            "\"prompt\":null",
            "\"prompt\":\"\\u200b\\u2060\"",
            "\"prompt\":\"<b></b>\"",
            "\"prompt\":\"<script>x</script>\"",
            "\"prompt\":\"<!-- x -->\"",
            "\"prompt\":\"" + "a".repeat(1001) + "\"",
            "\"prompt\":\"" + "😀".repeat(1001) + "\"",
            "\"model\":\"\"",
            "\"model\":\"WAN2\"",
            "\"model\":\"../wan2\"",
            "\"model\":null",
            "\"quality\":\"\"",
            "\"quality\":\"best\"",
            "\"style\":\"none\"",
            "\"style\":\"\"",
            "\"aspect_ratio\":\"4:3:2\"",
            "\"aspect_ratio\":\"\"",
            "\"seed\":-1",
            "\"seed\":2147483648",
            "\"seed\":1.5",
            "\"seed\":1e400",
            "\"negative_prompt\":\"" + "a".repeat(501) + "\"",
            "\"negative_prompt\":\"\\u202E\"",
            "\"image_url\":\"http://example.com/a.png\"",
            "\"image_url\":\"https://10.0.0.1/a\"",
            "\"webhook_url\":\"https://localhost/\"",
            "\"webhook_url\":\"https://[fe80::1%25lo]/\"",
            "\"webhook_url\":\"https://example.com:70000/\"",
            "\"webhook_url\":\"\"",
            "\"webhook_url\":\"file:///etc/passwd\"")) {
      lines.add(Arguments.of(with(field), 422, "validation_failed"));
    }
    lines.add(
        Arguments.of("{\"prompt\":\"" + "a".repeat(70_000) + "\"}", 413, "payload_too_large"));
    return lines.stream();
  }

  /** A body that is good but for this field. */
  private static String with(String field) {
    String name = field.substring(0, field.indexOf(':'));
    List<String> fields = new ArrayList<>(List.of(field));
    Stream.of("\"prompt\":\"x\"", "\"duration\":5", "\"model\":\"wan2\"")
        .filter(good -> !good.startsWith(name + ":"))
        .forEach(fields::add);
    return "{" + String.join(",", fields) + "}";
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void a_bad_body_is_refused_charges_nothing_and_takes_no_token(
      String body, int status, String code) throws Exception {
    Answer answer = submit("mallory", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("code").asText()).isEqualTo(code);
    assertThat(problem.path("success").asBoolean(true)).isFalse();
    assertThat(problem.path("trace_id").asText())
        .isEqualTo(answer.header("X-Trace-Id").orElseThrow());
    if (status == 422) {
      assertThat(problem.path("errors").size()).isEqualTo(1);
    }
    assertThat(answer.header("RateLimit-Remaining")).contains("10");
    assertThat(answer.body()).doesNotContain("Exception").doesNotContain("com.jadariselabs");
  }

  @Test
  void a_negative_prompt_may_name_what_is_not_wanted_but_not_everything() {
    String usual = "nsfw, nudity, naked, porn, gore, decapitated, child, kids, blood, lowres";
    assertThat(submit("careful", with("\"negative_prompt\":\"" + usual + "\"")).status())
        .isEqualTo(202);
    for (String odd : List.of("child porn", "k1ke", "n i g g e r", "gang rape scene")) {
      Answer answer = submit("odd-" + odd.hashCode(), with("\"negative_prompt\":\"" + odd + "\""));
      assertThat(answer.status()).as(odd).isEqualTo(422);
      assertThat(answer.body()).contains("content_rejected").doesNotContain(odd);
      assertThat(answer.header("RateLimit-Remaining")).contains("9");
    }
  }

  static Stream<Arguments> refusals() {
    String json = "\r\nContent-Type: application/json";
    return Stream.of(
        Arguments.of(406, json + "\r\nAccept: text/html"),
        Arguments.of(406, json + "\r\nAccept: application/json;q=0"),
        Arguments.of(406, json + "\r\nAccept: */*, application/json;q=0.0"),
        Arguments.of(406, "\r\nContent-Type: text/plain\r\nAccept: image/png"),
        Arguments.of(413, json + "\r\nContent-Length: 65537"),
        Arguments.of(413, json + "\r\nContent-Length: 9999999999"),
        Arguments.of(413, json + "\r\nTransfer-Encoding: chunked"),
        Arguments.of(415, json + "\r\nContent-Encoding: gzip\r\nContent-Length: 2"),
        Arguments.of(415, "\r\nContent-Type: text/plain\r\nContent-Length: 2"),
        Arguments.of(415, "\r\nContent-Type: text/plain; charset=nonsense\r\nContent-Length: 2"),
        Arguments.of(415, "\r\nContent-Type: text/plain; charset=*\r\nContent-Length: 2"),
        Arguments.of(415, "\r\nContent-Length: 2"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whoever_is_known_is_told_of_the_limits_and_whoever_is_not_of_the_token(
      int status, String head) {
    String body = head.contains("chunked") ? "10001\r\n" + "x".repeat(65_537) + "\r\n" : "{}";
    String request = "POST " + SUBMIT + " HTTP/1.1\r\nHost: a\r\nConnection: close" + head;
    String known = Doorstep.bearer(Doorstep.token("told", "of-told"));
    Answer answer = service.http().raw(request + "\r\n" + known + "\r\n\r\n" + body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("RateLimit")).contains("\"minute\";r=10;t=0");
    assertThat(answer.header("RateLimit-Policy"))
        .contains("\"minute\";q=10;w=60,\"hour\";q=100;w=3600,\"day\";q=500;w=86400");
    assertThat(answer.header("RateLimit-Limit")).contains("10");
    assertThat(answer.header("RateLimit-Remaining")).contains("10");
    assertThat(answer.header("RateLimit-Reset")).contains("0");
    assertThat(answer.header("Vary")).contains("Origin");
    assertThat(service.http().raw(request + "\r\n\r\n" + body).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/*;q=0.5",
        "*/*;q=0.1",
        "text/html, application/json;q=0.9",
        "*/*;q=0, application/json",
        "application/problem+json, APPLICATION/JSON ; charset=utf-8",
      })
  void whoever_takes_json_is_served(String accept) {
    Answer answer =
        service
            .http()
            .send(
                "POST",
                SUBMIT,
                "{}",
                TYPE,
                "Accept: " + accept,
                Doorstep.bearer(Doorstep.token("told", "of-told")));
    assertThat(answer.status()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /api/keys", "POST /api/auth/token", "POST /api/socket/ticket"})
  void a_charset_that_nobody_knows_is_no_failure_of_ours(String request) {
    String[] words = request.split(" ");
    Answer answer =
        service
            .http()
            .send(
                words[0],
                words[1],
                "{}",
                "Content-Type: application/json; charset=nonsense",
                Doorstep.bearer(Doorstep.token("told", "of-told")));
    assertThat(answer.status()).isBetween(200, 499);
  }

  @Test
  void a_failure_of_ours_tells_of_the_limits_too_and_takes_nothing() {
    Answer answer;
    service.database().useHandle(db -> db.execute("ALTER TABLE accounts RENAME TO elsewhere"));
    try {
      answer = submit("unlucky", with("\"seed\":1"));
    } finally {
      service.database().useHandle(db -> db.execute("ALTER TABLE elsewhere RENAME TO accounts"));
    }
    assertThat(answer.status()).as(answer.body()).isEqualTo(500);
    assertThat(answer.header("RateLimit-Remaining")).contains("10");
    assertThat(answer.body()).doesNotContain("accounts").doesNotContain("SQL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tom & Jerry <3",
        "AT&amp;T",
        "x < y and y > z",
        "1 << 2 >> 3",
        "a <- b -> c",
        "&lt;b&gt; &#60;b&#62;",
        "I </3 you",
        "<",
        "a\tb",
        "\"quoted\" \\ 'single' `back`",
        "${jndi:ldap://x/y} {{7*7}} %s %n",
        "'; DROP TABLE generations; --",
        "e\u0301 and \u00e9",
        "👩‍👩‍👧‍👦",
      })
  void a_text_without_tags_comes_back_exactly_as_it_was_written(String prompt) throws Exception {
    String user = "writer-" + Integer.toHexString(prompt.hashCode());
    String body =
        JSON.writeValueAsString(java.util.Map.of("prompt", prompt, "duration", 1, "model", "wan2"));
    Answer accepted = submit(user, body);
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    String id = JSON.readTree(accepted.body()).path("generation_id").asText();
    JsonNode read = JSON.readTree(get(user, SUBMIT + "?generation_id=" + id).body());
    assertThat(read.at("/generation/prompt").asText()).isEqualTo(prompt);
  }

  @Test
  void the_provider_may_say_more_than_others() {
    String log = "{\"logs\":\"" + "x".repeat(1_500_000) + "\"}";
    assertThat(service.http().send("POST", "/api/webhooks/replicate", log, TYPE).status())
        .as("read, and not signed")
        .isEqualTo(401);
    String more =
        "POST /api/webhooks/replicate HTTP/1.1\r\nHost: a\r\nContent-Length: 2097153\r\n\r\n";
    assertThat(service.http().raw(more).status()).isEqualTo(413);
    assertThat(submit("mallory", " ".repeat(65_537)).status()).isEqualTo(413);
  }

  @Test
  void an_address_that_is_nobody_again_and_again_is_told_to_wait_and_its_neighbours_are_not()
      throws Exception {
    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      answers.add(from("127.0.0.2", "/api/me", "Authorization: Bearer nonsense"));
    }
    assertThat(answers).startsWith(401).endsWith(429).containsOnly(401, 429);
    assertThat(answers.stream().filter(status -> status == 401).count()).isBetween(40L, 50L);
    String good = Doorstep.bearer(Doorstep.token("neighbour", "of-neighbour"));
    assertThat(from("127.0.0.2", "/api/me", good)).isEqualTo(200);
    assertThat(from("127.0.0.2", "/api/models", "Accept: */*")).isEqualTo(200);
    assertThat(from("127.0.0.3", "/api/me", "Accept: */*")).isEqualTo(401);
  }

  private static int from(String address, String path, String header) throws Exception {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
      socket.setSoTimeout(5_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return Integer.parseInt(new String(status, StandardCharsets.US_ASCII).substring(9));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /",
        "GET /ops",
        "GET /nothing",
        "GET /css/base.css",
        "GET /js/main.js",
        "GET /vendor/lit-html/lit-html.js",
        "GET /api/nothing",
        "GET /api/models",
        "GET /api/me",
        "PUT /api/me",
        "BREW /",
        "GET /%2e%2e/x",
        "GET /media/gen_x/video.mp4",
        "GET /api/metrics",
        "POST /api/generate/video",
        "OPTIONS /api/me",
        "GET /api/openapi.json",
        "HEAD /",
      })
  void every_answer_carries_the_security_headers_and_no_banner(String request) {
    String[] words = request.split(" ");
    Answer answer = service.http().send(words[0], words[1], "");
    for (String name :
        List.of(
            "X-Content-Type-Options",
            "X-Frame-Options",
            "Referrer-Policy",
            "Content-Security-Policy",
            "Permissions-Policy",
            "Cross-Origin-Opener-Policy",
            "X-Trace-Id")) {
      assertThat(answer.header(name)).as(name + " of " + request).isPresent();
    }
    assertThat(answer.header("Server")).isEmpty();
    assertThat(answer.header("X-Powered-By")).isEmpty();
    assertThat(answer.body()).doesNotContainIgnoringCase("jetty").doesNotContain("\tat ");
  }

  @Test
  void no_secret_no_prompt_and_no_signed_address_is_seen_where_it_does_not_belong()
      throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger ours = (Logger) LoggerFactory.getLogger("com.jadariselabs.video");
    Ear ear = new Ear(seen);
    ear.setContext(root.getLoggerContext());
    ear.start();
    root.addAppender(ear);
    Level before = ours.getLevel();
    ours.setLevel(Level.DEBUG);
    String signed;
    try {
      signed = liveThrough(seen);
    } finally {
      ours.setLevel(before);
      root.detachAppender(ear);
    }
    assertThat(seen.stream().filter(line -> line.startsWith("log ")).count()).isPositive();
    List<String> secrets = new ArrayList<>(Doorstep.SECRETS);
    secrets.addAll(List.of("canaryprompt", "canarynegative", signed, "sig=", "eyJ"));
    for (String secret : secrets) {
      assertThat(
              seen.stream()
                  .filter(text -> text.contains(secret))
                  .map(text -> around(text, text.indexOf(secret))))
          .as(secret)
          .isEmpty();
    }
  }

  private static String around(String text, int at) {
    return text.substring(Math.max(0, at - 100), Math.min(text.length(), at + 100));
  }

  /** Good and bad luck of all kinds; what is shown to nobody in particular is gathered. */
  private static String liveThrough(List<String> seen) throws Exception {
    String body =
        "{\"prompt\":\"canaryprompt lion\",\"negative_prompt\":\"canarynegative\",\"duration\":1,"
            + "\"model\":\"wan2\"}";
    service.provider().next(FakeProvider.Call.CREATE, Fault.status(500));
    service.provider().next(FakeProvider.Call.GET, Fault.garbage());
    String id = JSON.readTree(submit("carol", body).body()).path("generation_id").asText();
    String path = SUBMIT + "?generation_id=" + id;
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> get("carol", path).body().contains("\"status\":\"completed\""));
    String url = JSON.readTree(get("carol", path).body()).at("/generation/result_url").asText();
    service.moderation().fails(Fault.status(401));
    seen.add(submit("carol", body).body());
    service.moderation().answers(input -> com.jadariselabs.video.testing.FakeModeration.CLEAN);
    seen.add(submit("carol", body.replace("lion", "hardcore porn")).body());
    seen.add(submit("carol", body.replace("wan2", "none")).body());
    seen.add(submit("carol", body.replace("}", "")).body());
    seen.add(submit("carol", body.replace("}", ",\"extra\":1}")).body());
    seen.add(get("mallory", path).body());
    String tampered = url.substring(url.indexOf("/media")).replace("sig=", "sig=A");
    seen.add(service.http().send("GET", tampered, "").body());
    for (String page : List.of("/", "/ops", "/api/studio/config", "/api/x")) {
      seen.add(service.http().send("GET", page, "").body().replace("\"eyJ", ""));
    }
    seen.add(
        service
            .http()
            .send("GET", "/api/metrics", "", Doorstep.bearer(Doorstep.SECRETS.get(4)))
            .body());
    for (String page : List.of("/prometheus", "/healthcheck", "/metrics")) {
      seen.add(service.admin().send("GET", page, "").body());
    }
    return url;
  }

  /** Hears every line, and every stack trace. */
  private static final class Ear extends AppenderBase<ILoggingEvent> {
    private final List<String> heard;

    Ear(List<String> heard) {
      this.heard = heard;
    }

    @Override
    protected void append(ILoggingEvent event) {
      String thrown =
          event.getThrowableProxy() == null
              ? ""
              : ThrowableProxyUtil.asString(event.getThrowableProxy());
      heard.add("log " + event.getFormattedMessage() + thrown + event.getMDCPropertyMap());
    }
  }
}
