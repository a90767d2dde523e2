package com.jadariselabs.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.testing.RawHttp;
import com.jadariselabs.video.testing.RawHttp.Answer;
import com.jadariselabs.video.testing.Servers;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpFrontTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LONG = "a".repeat(20_000);
  private static final String TYPE = "Content-Type: application/json";
  private static DropwizardTestSupport<VideoConfiguration> service;
  private static RawHttp app;
  private static RawHttp admin;

  @BeforeAll
  static void start() throws Exception {
    service =
        new DropwizardTestSupport<>(
            VideoApplication.class,
            "config.yml",
            ConfigOverride.config("database.url", Servers.freshDatabase()),
            ConfigOverride.config("database.user", "postgres"),
            ConfigOverride.config("redis.host", "127.0.0.1"),
            ConfigOverride.config("redis.port", "" + Servers.redisPort()),
            ConfigOverride.config("service.dataDir", Files.createTempDirectory("video") + ""),
            ConfigOverride.config("service.corsOrigins", "https://studio.example"),
            ConfigOverride.config("service.metricsToken", "metrics-secret"),
            ConfigOverride.config("server.applicationConnectors[0].port", "0"),
            ConfigOverride.config("server.adminConnectors[0].port", "0"));
    service.addListener(
        new DropwizardTestSupport.ServiceListener<VideoConfiguration>() {
          @Override
          public void onRun(
              VideoConfiguration configuration,
              Environment environment,
              DropwizardTestSupport<VideoConfiguration> support) {
            environment.jersey().register(new Echo());
            environment.servlets().addServlet("raw", new Raw()).addMapping("/api/raw");
            environment.servlets().addServlet("cut", new CutOff()).addMapping("/api/cut-off");
          }
        });
    service.before();
    app = new RawHttp(service.getLocalPort());
    admin = new RawHttp(service.getAdminPort());
  }

  @AfterAll
  static void stop() throws Exception {
    service.after();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/generate/video?generation_id=%00",
        "/api/generate/video?cursor=MjAyNi0wMS0wMVQwMDowMDowMFogZ2VuXwB4",
        "/api/generate/video?cursor=KzEwMDAwMDAwMDAtMTItMzFUMjM6NTk6NTlaIGdlbl94",
        "/api/webhooks/deliveries?generation_id=%00",
        "/api/usage?from=%00",
      })
  void what_cannot_be_kept_is_malformed_and_no_surprise(String path) throws Exception {
    RawHttp.Answer answer = app.send("GET", path, "", bearer());
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("malformed_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X-None: 1", "Content-Type: application/jsonx", "Content-Type: text/json"})
  void a_submission_that_does_not_say_that_it_is_json_is_none(String type) throws Exception {
    RawHttp.Answer answer = app.send("POST", "/api/generate/video", "{}", type, bearer());
    assertThat(answer.status()).as(answer.body()).isEqualTo(415);
    assertThat(answer.body()).contains("unsupported_media_type");
    assertThat(answer.header("RateLimit")).isPresent();
    assertThat(app.send("POST", "/api/keys", "{}", type, bearer()).status()).isEqualTo(415);
  }

  @Test
  void two_idempotency_keys_are_refused() throws Exception {
    RawHttp.Answer answer =
        app.send(
            "POST",
            "/api/generate/video",
            "{}",
            "Content-Type: application/json",
            "Idempotency-Key: a",
            "Idempotency-Key: b",
            bearer());
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("Idempotency-Key");
  }

  @Test
  void allow_names_what_a_path_takes() {
    assertThat(app.send("PUT", "/api/generate/video", "").header("Allow"))
        .hasValue("DELETE, GET, HEAD, OPTIONS, POST");
    assertThat(app.send("GET", "/api/webhooks/replicate", "").header("Allow")).hasValue("POST");
  }

  @Test
  void requests_are_counted_by_the_route_whoever_answers_it() throws Exception {
    app.send("GET", "/api/me", "", bearer());
    app.send("GET", "/api/socket", "");
    app.send("GET", "/api/generate/video/events", "");
    app.send("GET", "/api/no-such-thing", "");
    assertThat(app.send("GET", "/api/metrics", "", "Authorization: Bearer metrics-secret").body())
        .contains("{endpoint=\"/api/me\",method=\"GET\",status=\"200\",}")
        .contains("{endpoint=\"/api/socket\",method=\"GET\",status=\"401\",}")
        .contains("{endpoint=\"/api/generate/video/events\",method=\"GET\",status=\"401\",}")
        .doesNotContain("no-such-thing");
  }

  /** Somebody signed in, as a header's line. */
  private static String bearer() throws Exception {
    RawHttp.Answer minted =
        app.send("POST", "/api/auth/token", "{\"user\":\"ada\"}", "Content-Type: application/json");
    return "Authorization: Bearer "
        + new ObjectMapper().readTree(minted.body()).get("access_token").asText();
  }

  record Body(
      @NotNull String text,
      @Max(9) int number,
      @Nullable Boolean flag,
      @Nullable Map<String, String> more) {}

  /** A resource with every way to go wrong. */
  @Path("/echo")
  @Produces(MediaType.APPLICATION_JSON)
  public static final class Echo {
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Map<String, Object> post(@Valid @NotNull Body body) {
      return Map.of("text", String.valueOf(body.text()), "number", body.number());
    }

    @GET
    @Path("/{id}")
    public String get(@QueryParam("limit") Integer limit) {
      return "\"" + limit + "\"";
    }

    @GET
    @Path("/fail")
    public String fail(@QueryParam("not") @Nullable String not) {
      if (not != null) {
        return not;
      }
      throw new IllegalStateException("SELECT secret FROM inside");
    }

    @GET
    @Path("/database-away")
    public String databaseAway(@QueryParam("not") @Nullable String not) {
      if (not != null) {
        return not;
      }
      throw new IllegalStateException(new SQLException("connection refused", "08001"));
    }
  }

  /** A servlet that reads its body and throws what that throws. */
  public static final class Raw extends HttpServlet {
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws java.io.IOException {
      int length = request.getInputStream().readAllBytes().length;
      response.getOutputStream().print(length);
    }
  }

  /** Its caller hangs up in the middle of the answer. */
  public static final class CutOff extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws java.io.IOException {
      response.getOutputStream().print("half of ");
      response.flushBuffer();
      throw new org.eclipse.jetty.io.EofException("the caller is gone");
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("an unknown page", "GET", "/nothing", "", 404, "not_found"),
        refusal("an unknown route", "GET", "/api/nothing", "", 404, "not_found"),
        refusal("a directory", "GET", "/vendor/", "", 404, "not_found"),
        refusal("a foreign class path file", "GET", "/../banner.txt", "", 400, "malformed_request"),
        refusal("encoded dots", "GET", "/%2e%2e/banner.txt", "", 400, "malformed_request"),
        refusal("a NUL", "GET", "/%00", "", 400, "malformed_request"),
        refusal("a broken escape", "GET", "/%zz", "", 400, "malformed_request"),
        refusal("an encoded slash", "GET", "/a%2fb", "", 400, "malformed_request"),
        refusal("broken UTF-8", "GET", "/%ff", "", 400, "malformed_request"),
        refusal("an empty segment", "GET", "//x", "", 400, "malformed_request"),
        refusal("TRACE", "TRACE", "/api/echo", "", 405, "method_not_allowed"),
        refusal("an invented method", "BREW", "/api/echo", "", 405, "method_not_allowed"),
        refusal("a method not taken", "PUT", "/api/echo", "{}", 405, "method_not_allowed"),
        refusal("metrics posted", "POST", "/api/metrics", "", 405, "method_not_allowed"),
        refusal("metrics without token", "GET", "/api/metrics", "", 401, "unauthorized"),
        refusal("another type", "POST", "/api/echo", "a=b", 415, "unsupported_media_type"),
        refusal("a bad parameter", "GET", "/api/echo/1?limit=x", "", 400, "malformed_request"),
        refusal("a failure", "GET", "/api/echo/fail", "", 500, "internal_error"),
        refusal("no database", "GET", "/api/echo/database-away", "", 503, "unavailable"),
        refusal("too long an address", "GET", "/" + LONG, "", 414, "malformed_request"));
  }

  private static Arguments refusal(
      String name, String method, String path, String body, int status, String code) {
    return Arguments.of(name, method, path, body, status, code);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void a_refused_request_is_answered_in_the_one_shape(
      String name, String method, String path, String body, int status, String code)
      throws Exception {
    assertProblem(app.send(method, path, body), status, code);
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        body("{", 400, "malformed_request", null),
        body("", 400, "malformed_request", null),
        body("null", 400, "malformed_request", null),
        body("[]", 400, "malformed_request", null),
        body("\"text\"", 400, "malformed_request", null),
        body("{\"text\":\"a\",\"number\":1} {}", 400, "malformed_request", null),
        body("{\"text\":\"a\",\"number\":\"1\"}", 400, "malformed_request", "number"),
        body("{\"text\":\"a\",\"number\":1.0}", 400, "malformed_request", "number"),
        body("{\"text\":\"a\",\"number\":1e1}", 400, "malformed_request", "number"),
        body("{\"text\":\"a\",\"number\":true}", 400, "malformed_request", "number"),
        body("{\"text\":\"a\",\"number\":null}", 400, "malformed_request", "number"),
        body("{\"text\":\"a\",\"number\":99999999999}", 400, "malformed_request", null),
        body("{\"text\":5,\"number\":1}", 400, "malformed_request", "text"),
        body("{\"text\":true,\"number\":1}", 400, "malformed_request", "text"),
        body("{\"text\":{},\"number\":1}", 400, "malformed_request", "text"),
        body("{\"text\":\"a\",\"number\":1,\"flag\":\"true\"}", 400, "malformed_request", "flag"),
        body("{\"text\":\"a\",\"number\":1,\"flag\":1}", 400, "malformed_request", "flag"),
        body("{\"text\":\"a\",\"number\":1,\"other\":1}", 400, "malformed_request", "other"),
        body("{\"text\":\"a\",\"text\":\"b\",\"number\":1}", 400, "malformed_request", null),
        body("{\"more\":{\"a\":{}},\"number\":1}", 400, "malformed_request", "more.a"),
        body("{\"more\":" + "[".repeat(1000), 400, "malformed_request", null),
        body("{\"number\":" + "1".repeat(1000) + "}", 400, "malformed_request", null),
        body("{\"text\":\"a\",\"number\":10}", 422, "validation_failed", "number"),
        body("{\"number\":1}", 422, "validation_failed", "text"),
        body("{\"text\":\"" + "a".repeat(70_000) + "\"}", 413, "payload_too_large", null));
  }

  private static Arguments body(String body, int status, String code, @Nullable String field) {
    return Arguments.of(body, status, code, field);
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void a_body_that_is_not_as_it_should_be_is_refused_and_its_field_named(
      String body, int status, String code, @Nullable String field) throws Exception {
    Answer answer = app.send("POST", "/api/echo", body, TYPE);
    JsonNode problem = assertProblem(answer, status, code);
    if (field != null) {
      assertThat(problem.path("errors").path(0).path("field").textValue()).isEqualTo(field);
      assertThat(problem.path("errors").path(0).path("message").textValue()).isNotBlank();
    }
  }

  @Test
  void a_body_as_it_should_be_is_taken() {
    Answer answer = app.send("POST", "/api/echo", "{\"text\":\"é\",\"number\":9}", TYPE);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"text\":\"é\"");
  }

  static Stream<Arguments> noRequests() {
    return Stream.of(
        Arguments.of("GARBAGE\r\n\r\n", 400),
        Arguments.of("GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505),
        Arguments.of("GET / HTTP/1.1\r\n\r\n", 400),
        Arguments.of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        Arguments.of("GET / HTTP/1.1\r\nHost: a\r\nX: " + LONG + "\r\n\r\n", 431),
        Arguments.of("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        Arguments.of(
            String.join(
                "\r\n",
                "POST /api/echo HTTP/1.1",
                "Host: a",
                "Content-Length: 3",
                "Transfer-Encoding: chunked",
                "",
                "0",
                "",
                ""),
            400),
        Arguments.of(
            "POST /api/echo HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 1\r\n\r\na", 417));
  }

  @ParameterizedTest
  @MethodSource("noRequests")
  void what_is_not_http_is_answered_in_the_same_shape(String request, int status) throws Exception {
    String code = status == 505 ? "internal_error" : "malformed_request";
    assertProblem(app.raw(request), status, code);
    assertProblem(admin.raw(request), status, code);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(strings = {"/api/echo", "/api/raw"})
  void a_body_of_undeclared_length_is_cut_off_where_it_gets_too_large(String path)
      throws Exception {
    String text = "{\"text\":\"" + "a".repeat(70_000) + "\"}";
    String chunked =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: a\r\n"
            + TYPE
            + "\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(text.length())
            + "\r\n"
            + text
            + "\r\n0\r\n\r\n";
    assertProblem(app.raw(chunked), 413, "payload_too_large");
  }

  @Test
  void a_body_that_drips_is_given_up() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.getLocalPort())) {
      String head =
          String.join(
              "\r\n", "POST /api/echo HTTP/1.1", "Host: a", TYPE, "Content-Length: 60000", "", "");
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      Awaitility.await()
          .atMost(Duration.ofSeconds(25))
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                socket.getOutputStream().write(' ');
                return socket.getInputStream().available() > 0;
              });
      byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 408".length());
      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 408");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/webhooks/replicate", "/api/auth/token", "/api/echo", "/nothing"})
  void a_hundred_bodies_that_do_not_come_keep_nobody_else_waiting(String path) throws Exception {
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.getLocalPort());
        strangers.add(socket);
        String head =
            String.join(
                "\r\n",
                "POST " + path + " HTTP/1.1",
                "Host: a",
                TYPE,
                "Content-Length: 9",
                "",
                "{");
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(app.send("POST", "/api/echo", "{\"text\":\"x\",\"number\":1}", TYPE).status())
          .isEqualTo(200);
      assertThat(app.send("GET", "/api/models", "").status()).isEqualTo(200);
    } finally {
      for (Socket socket : strangers) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /api/generate/video", "GET /api/openapi.json", "GET /js/main.js"})
  void whoever_asks_and_never_reads_keeps_nobody_else_waiting(String request) throws Exception {
    byte[] asked =
        (request + " HTTP/1.1\r\nHost: a\r\n" + TYPE + "\r\n" + bearer() + "\r\n")
            .concat(request.startsWith("POST") ? "Content-Length: 2\r\n\r\n{}" : "\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    List<Socket> strangers = new ArrayList<>();
    try {
      AtomicInteger answered = new AtomicInteger();
      for (int i = 0; i < 70; i++) {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), service.getLocalPort()));
        strangers.add(socket);
        Thread asking = new Thread(() -> askForEver(socket, asked, answered), "stranger");
        asking.setDaemon(true);
        asking.start();
      }
      // Each stands still once what it does not read has filled its connection.
      AtomicInteger before = new AtomicInteger(-1);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> before.getAndSet(answered.get()) == answered.get());
      assertThat(answered).hasPositiveValue();
      assertThat(app.send("POST", "/api/generate/video", "{}", TYPE, bearer()).status())
          .isEqualTo(422);
      assertThat(app.send("GET", "/api/models", "").status()).isEqualTo(200);
    } finally {
      for (Socket socket : strangers) {
        socket.close();
      }
    }
  }

  private static void askForEver(Socket socket, byte[] request, AtomicInteger answered) {
    try {
      while (true) {
        socket.getOutputStream().write(request);
        answered.incrementAndGet();
      }
    } catch (IOException e) {
      // The test has ended, or the service has had enough.
    }
  }

  @Test
  void a_caller_that_hangs_up_in_its_body_is_no_failure_of_ours() throws Exception {
    double before = failures();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.getLocalPort())) {
      String head =
          String.join(
              "\r\n", "POST /api/echo HTTP/1.1", "Host: a", TYPE, "Content-Length: 600", "", "{");
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }
    Awaitility.await()
        .until(() -> metric("endpoint=\"/api/echo\",method=\"POST\",status=\"408\"") > 0);
    assertThat(failures()).isEqualTo(before);
  }

  private static double failures() {
    return metric("endpoint=\"/api/echo\",method=\"POST\",status=\"500\"");
  }

  private static double metric(String labels) {
    return admin
        .send("GET", "/prometheus", "")
        .body()
        .lines()
        .filter(line -> line.startsWith("video_api_requests_total{" + labels))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void the_client_is_for_pages_of_every_origin_and_the_studio_is_not() {
    Answer client = app.send("GET", "/client/video-client.js", "", "Origin: https://any.example");
    assertThat(client.status()).isEqualTo(200);
    assertThat(client.header("Content-Type")).contains("text/javascript;charset=utf-8");
    assertThat(client.header("Access-Control-Allow-Origin")).contains("*");
    assertThat(client.header("Cross-Origin-Resource-Policy")).contains("cross-origin");
    String known = "If-None-Match: " + client.header("ETag").orElseThrow();
    Answer again = app.send("GET", "/client/video-client.js", "", known);
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.header("Access-Control-Allow-Origin")).contains("*");
    assertThat(app.send("GET", "/client/video-client.d.ts", "").header("Content-Type"))
        .contains("application/typescript;charset=utf-8");
    Answer page = app.send("GET", "/js/main.js", "", "Origin: https://any.example");
    assertThat(page.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(page.header("Cross-Origin-Resource-Policy")).contains("same-origin");
  }

  @Test
  void the_studio_is_served_fresh_and_sent_again_only_when_it_has_changed() {
    Answer page = app.send("GET", "/", "");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).contains("text/html;charset=utf-8");
    assertThat(page.header("Cache-Control")).contains("no-cache");
    assertThat(page.header("Content-Security-Policy").orElse("")).contains("script-src 'self'");
    String etag = page.header("ETag").orElseThrow();
    assertThat(app.send("GET", "/", "", "If-None-Match: " + etag).status()).isEqualTo(304);
    assertThat(app.send("GET", "/", "", "Accept-Encoding: gzip").header("Content-Encoding"))
        .contains("gzip");
    assertThat(app.send("HEAD", "/", "").header("Content-Length"))
        .isEqualTo(page.header("Content-Length"));
    Answer library = app.send("GET", "/vendor/lit-html/lit-html.js", "");
    assertThat(library.header("Content-Type")).contains("text/javascript;charset=utf-8");
    assertThat(app.send("POST", "/", "").header("Allow")).contains("GET, HEAD");
  }

  @Test
  void a_compressed_body_is_refused() throws Exception {
    assertProblem(
        app.send("POST", "/api/echo", "{}", TYPE, "Content-Encoding: gzip"),
        415,
        "unsupported_media_type");
  }

  @Test
  void an_answer_that_the_caller_does_not_accept_is_406() throws Exception {
    assertProblem(app.send("GET", "/api/echo/1", "", "Accept: image/png"), 406, "not_acceptable");
  }

  @Test
  void a_method_that_is_not_taken_tells_which_are() {
    assertThat(app.send("PUT", "/api/echo", "").header("Allow").orElse("")).contains("POST");
    assertThat(app.send("BREW", "/", "").header("Allow")).isPresent();
    assertThat(app.send("POST", "/api/metrics", "").header("Allow")).contains("GET, HEAD");
  }

  @Test
  void an_outage_says_when_to_come_again() {
    assertThat(app.send("GET", "/api/echo/database-away", "").header("Retry-After")).contains("5");
  }

  @Test
  void a_failure_tells_nothing_of_the_inside() {
    assertThat(app.send("GET", "/api/echo/fail", "").body())
        .doesNotContain("SELECT")
        .doesNotContain("IllegalState")
        .doesNotContain("com.jadariselabs");
  }

  @Test
  void a_well_formed_trace_id_is_adopted_and_any_other_replaced() {
    assertThat(app.send("GET", "/api/x", "", "X-Trace-Id: caller_1-A").header("X-Trace-Id"))
        .contains("caller_1-A");
    for (String bad : new String[] {"a b", "ü", "a".repeat(65), "<script>"}) {
      assertThat(app.send("GET", "/api/x", "", "X-Trace-Id: " + bad).header("X-Trace-Id"))
          .get()
          .asString()
          .matches("vid_[0-9a-z]{8,}_[0-9a-z]{8}");
    }
    assertThat(app.send("GET", "/api/echo/1", "").header("X-Trace-Id")).isPresent();
  }

  @Test
  void every_answer_carries_the_security_headers_and_none_names_the_server() {
    for (String path : new String[] {"/", "/nothing", "/api/echo/1", "/api/echo/fail", "/%00"}) {
      Answer answer = app.send("GET", path, "");
      assertThat(answer.header("X-Content-Type-Options")).as(path).contains("nosniff");
      assertThat(answer.header("X-Frame-Options")).as(path).contains("DENY");
      assertThat(answer.header("Referrer-Policy")).as(path).contains("no-referrer");
      assertThat(answer.header("Content-Security-Policy").orElse(""))
          .as(path)
          .contains("default-src 'none'")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.header("Server")).as(path).isEmpty();
      assertThat(answer.header("X-Powered-By")).as(path).isEmpty();
    }
  }

  @Test
  void pages_of_allowed_origins_may_call_and_those_of_others_may_not() {
    String ask = "Access-Control-Request-Method: POST";
    Answer own = app.send("OPTIONS", "/api/echo", "", "Origin: https://studio.example", ask);
    assertThat(own.status()).isEqualTo(204);
    assertThat(own.header("Access-Control-Allow-Origin")).contains("https://studio.example");
    assertThat(own.header("Access-Control-Allow-Headers").orElse("")).contains("Authorization");
    assertThat(own.header("Access-Control-Allow-Credentials")).isEmpty();
    Answer foreign = app.send("OPTIONS", "/api/echo", "", "Origin: https://evil.example", ask);
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(foreign.header("Access-Control-Allow-Origin")).isEmpty();
    Answer read = app.send("GET", "/api/echo/1", "", "Origin: https://studio.example");
    assertThat(read.header("Access-Control-Expose-Headers").orElse("")).contains("X-Trace-Id");
    assertThat(app.send("GET", "/api/echo/1", "", "Origin: null").header("Access-Control-Allow"))
        .isEmpty();
  }

  @Test
  void metrics_are_read_with_the_token_and_count_routes_instead_of_paths() {
    app.send("GET", "/api/echo/some-id", "");
    app.send("GET", "/api/no-such-route-at-all", "");
    Answer metrics = app.send("GET", "/api/metrics", "", "Authorization: Bearer metrics-secret");
    assertThat(metrics.header("Content-Type").orElse("")).contains("version=0.0.4");
    assertThat(metrics.body())
        .contains(
            "video_api_requests_total{endpoint=\"/api/echo/{id}\",method=\"GET\",status=\"200\",}")
        .contains("video_api_requests_total{endpoint=\"other\",method=\"GET\",status=\"404\",}")
        .contains("video_api_request_duration_seconds_bucket{endpoint=\"/api/echo/{id}\"")
        .contains("jvm_memory_bytes_used")
        .doesNotContain("some-id")
        .doesNotContain("no-such-route");
    assertThat(admin.send("GET", "/prometheus", "").body()).contains("video_api_requests_total");
    assertThat(
            app.send("GET", "/api/metrics", "", "Authorization: Bearer wrong")
                .header("WWW-Authenticate"))
        .contains("Bearer");
  }

  @Test
  void a_caller_that_hangs_up_is_not_counted_as_a_failure() throws Exception {
    String ours = "endpoint=\"other\",method=\"GET\",status=\"500\"";
    String theirs = "endpoint=\"other\",method=\"GET\",status=\"200\"";
    double failed = metric(ours);
    double answered = metric(theirs);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.getLocalPort())) {
      String request = "GET /api/cut-off HTTP/1.1\r\nHost: a\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
    Awaitility.await().until(() -> metric(ours) + metric(theirs) > failed + answered);
    assertThat(metric(ours)).isEqualTo(failed);
  }

  @Test
  void each_metric_of_the_text_is_described_once() {
    String text = admin.send("GET", "/prometheus", "").body();
    assertThat(text.lines().filter(line -> line.startsWith("# TYPE ")).map(l -> l.split(" ")[2]))
        .doesNotHaveDuplicates()
        .isNotEmpty();
    assertThat(text.lines().filter(line -> !line.startsWith("#")))
        .allMatch(line -> line.matches("[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*})? \\S+"))
        .doesNotHaveDuplicates();
  }

  @Test
  void the_health_checks_cover_what_the_service_needs() throws Exception {
    Answer answer = admin.send("GET", "/healthcheck", "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).fieldNames())
        .toIterable()
        .contains("postgresql", "redis", "disk");
  }

  private static JsonNode assertProblem(Answer answer, int status, String code) throws Exception {
    assertThat(answer.status()).as(answer.head()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).contains("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("status").intValue()).isEqualTo(status);
    assertThat(problem.path("code").textValue()).isEqualTo(code);
    assertThat(problem.path("type").textValue()).isNotBlank();
    assertThat(problem.path("title").textValue()).isNotBlank();
    assertThat(problem.path("detail").textValue()).isNotBlank();
    assertThat(problem.path("success").isBoolean()).isTrue();
    assertThat(problem.path("success").booleanValue()).isFalse();
    assertThat(answer.header("X-Trace-Id")).contains(problem.path("trace_id").textValue());
    return problem;
  }
}
