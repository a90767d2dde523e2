package com.jadariselabs.video;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.testing.Doorstep;
import com.jadariselabs.video.testing.RawHttp.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.jetty.ee10.servlet.ServletMapping;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every door, and everybody who may stand before it: what is foreign is as good as absent. */
class DoorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "Content-Type: application/json";
  private static final String VIDEO =
      "{\"prompt\":\"A lion of ada\",\"duration\":1,\"model\":\"wan2\",\"quality\":\"draft\"}";
  private static final List<String> CALLERS =
      List.of("nobody", "bad token", "ada", "bob", "admin", "service");

  /** Who may: anybody; whoever has a token, for things of their own; nobody else's; admins. */
  private enum Kind {
    PUBLIC,
    OWN,
    OWNED,
    /** As owned, but admins may look at it. */
    SEEN_BY_ADMINS,
    ADMIN,
    SIGNED
  }

  /**
   * One door.
   *
   * @param path with {gen}, {session}, {key}, {user} for ada's, or what is like it and absent
   */
  private record Row(String route, Kind kind, String path, String body) {
    @Override
    public String toString() {
      return route + (path.contains("{gen}") ? " of one" : "");
    }
  }

  private static final List<Row> MATRIX =
      List.of(
          row("POST /api/generate/video", Kind.OWN, VIDEO),
          row("GET /api/generate/video", Kind.OWN, ""),
          row("GET /api/generate/video", Kind.SEEN_BY_ADMINS, "?generation_id={gen}", ""),
          row("GET /api/generate/video/events", Kind.SEEN_BY_ADMINS, "?generation_id={gen}", ""),
          row("DELETE /api/generate/video", Kind.OWNED, "?generation_id={gen}", ""),
          row("POST /api/generate/video/estimate", Kind.OWN, VIDEO),
          row("GET /api/models", Kind.PUBLIC, ""),
          row("GET /api/me", Kind.OWN, ""),
          row("GET /api/credits", Kind.OWN, ""),
          row("GET /api/usage", Kind.OWN, ""),
          row("GET /api/queue/stats", Kind.OWN, ""),
          row("POST /api/auth/token", Kind.PUBLIC, "{\"user\":\"eve\"}"),
          row("GET /api/sessions", Kind.OWN, ""),
          row("DELETE /api/sessions", Kind.OWN, ""),
          row("DELETE /api/sessions/{id}", Kind.OWNED, ""),
          row("GET /api/keys", Kind.OWN, ""),
          row("POST /api/keys", Kind.OWN, "{\"name\":\"one\",\"scopes\":[\"read\"]}"),
          row("DELETE /api/keys/{id}", Kind.OWNED, ""),
          row("POST /api/socket/ticket", Kind.OWN, ""),
          row("GET /api/socket", Kind.OWN, ""),
          row("GET /api/studio/config", Kind.PUBLIC, ""),
          row("GET /api/webhooks/secret", Kind.OWN, ""),
          row("POST /api/webhooks/secret/rotate", Kind.OWN, ""),
          row("GET /api/webhooks/deliveries", Kind.OWN, ""),
          row("POST /api/webhooks/deliveries/{id}/replay", Kind.OWNED, ""),
          row("POST /api/webhooks/replicate", Kind.SIGNED, "{}"),
          row("GET /api/admin/users/{id}", Kind.ADMIN, ""),
          row("POST /api/admin/users/{id}/credits", Kind.ADMIN, "{\"amount\":1,\"reason\":\"x\"}"),
          row("GET /api/admin/users/{id}/verdicts", Kind.ADMIN, ""),
          row("PUT /api/admin/users/{id}/status", Kind.ADMIN, "{\"status\":\"active\"}"),
          row("GET /api/admin/generations", Kind.ADMIN, ""),
          row("GET /api/admin/generations/{id}/attempts", Kind.ADMIN, ""),
          row("POST /api/admin/generations/{id}/retry", Kind.ADMIN, ""),
          row("POST /api/admin/queue/pause", Kind.ADMIN, ""),
          row("POST /api/admin/queue/resume", Kind.ADMIN, ""),
          row("GET /api/admin/audit", Kind.ADMIN, ""),
          row("GET /api/admin/overview", Kind.ADMIN, ""),
          row("GET /api/admin/ops/alerts.yml", Kind.ADMIN, ""),
          row("GET /api/admin/ops/dashboard.json", Kind.ADMIN, ""),
          row("DELETE /api/admin/users/{id}", Kind.ADMIN, ""),
          row("GET /api/metrics", Kind.SIGNED, ""),
          row("GET /api/openapi.json", Kind.PUBLIC, ""),
          row("GET /media/{generation_id}/video.mp4", Kind.SIGNED, "?expires=1&sig=AA", ""),
          row("GET /media/{generation_id}/poster.jpg", Kind.SIGNED, "?expires=1&sig=AA", ""));

  /** What servlets answer; a new one has to be thought about here. */
  private static final Set<String> SERVLETS =
      new TreeSet<>(
          Set.of(
              "/",
              "/api/*",
              "/api/generate/video/events",
              "/api/metrics",
              "/api/socket",
              "/api/socket/",
              "/api/webhooks/replicate",
              "/media/*"));

  private static Doorstep service;
  private static String finished;

  private static Row row(String route, Kind kind, String body) {
    return row(route, kind, "", body);
  }

  private static Row row(String route, Kind kind, String query, String body) {
    return new Row(route, kind, route.substring(route.indexOf(' ') + 1) + query, body);
  }

  static List<Row> matrix() {
    return MATRIX;
  }

  @BeforeAll
  static void start() throws Exception {
    service =
        new Doorstep(
            "rateLimits.perMinute",
            "100000",
            "rateLimits.perHour",
            "100000",
            "rateLimits.perDay",
            "100000",
            "startCredits.pro",
            "100000");
    finished = submitted();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(30))
        .until(
            () ->
                call("ada", "GET", "/api/generate/video?generation_id=" + finished, "")
                    .body()
                    .contains("\"completed\""));
  }

  @AfterAll
  static void stop() {
    service.close();
    System.out.println("doors: " + MATRIX.size() + " routes x " + CALLERS.size() + " callers");
  }

  @Test
  void every_route_is_in_the_matrix() throws Exception {
    Set<String> rows =
        MATRIX.stream().map(Row::route).collect(Collectors.toCollection(TreeSet::new));
    Set<String> described = new TreeSet<>();
    JsonNode paths = JSON.readTree(getClass().getResourceAsStream("/openapi.json")).path("paths");
    paths
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(
                                method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
    assertThat(rows).isEqualTo(described);
    Set<String> registered = new TreeSet<>();
    Matcher endpoint =
        Pattern.compile("(?m)^ +([A-Z]+) +(/\\S*) \\(")
            .matcher(service.environment().jersey().getResourceConfig().getEndpointsInfo());
    while (endpoint.find()) {
      registered.add(endpoint.group(1) + " " + endpoint.group(2).replaceAll("(?<=.)/$", ""));
    }
    assertThat(registered).as("what Jersey answers").hasSizeGreaterThan(25);
    assertThat(rows).containsAll(registered);
    Set<String> mapped = new TreeSet<>();
    for (ServletMapping mapping :
        service.environment().getApplicationContext().getServletHandler().getServletMappings()) {
      mapped.addAll(Arrays.asList(mapping.getPathSpecs()));
    }
    assertThat(mapped).isEqualTo(SERVLETS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matrix")
  void a_door_is_opened_to_whom_it_may_be(Row row) throws Exception {
    List<String> said = new ArrayList<>();
    for (String caller : CALLERS) {
      String ours = path(row, true);
      String absent = path(row, false);
      Answer there = call(caller, row, ours);
      said.add(caller + " " + there.status());
      boolean nobody = caller.equals("nobody") || caller.equals("bad token");
      switch (row.kind) {
        case PUBLIC -> assertThat(there.status()).as(caller).isEqualTo(200);
        case SIGNED -> {
          assertThat(there.status()).as(caller).isIn(401, 404, 403);
          assertThat(shape(there, ours))
              .as(caller)
              .isEqualTo(shape(call(caller, row, absent), absent));
        }
        case OWN -> {
          if (nobody) {
            assertRefused(caller, there);
          } else {
            assertThat(there.status()).as(caller).isIn(101, 200, 201, 202, 403);
            if (!caller.equals("ada")) {
              assertThat(there.status()).as(caller).isNotEqualTo(caller.equals("bob") ? 403 : 0);
              assertThat(there.body()).as(caller).doesNotContain(finished);
            }
          }
        }
        case OWNED, SEEN_BY_ADMINS -> {
          boolean seen =
              row.kind == Kind.SEEN_BY_ADMINS
                  && (caller.equals("admin") || caller.equals("service"));
          if (nobody) {
            assertRefused(caller, there);
          } else if (caller.equals("ada") || seen) {
            assertThat(there.status()).isIn(200, 202, 204, 409);
          } else {
            assertThat(there.status()).as(caller).isIn(404, 403);
          }
          if (!caller.equals("ada") && !seen) {
            assertThat(shape(there, ours))
                .as(caller)
                .isEqualTo(shape(call(caller, row, absent), absent));
          }
        }
        case ADMIN -> {
          if (nobody) {
            assertRefused(caller, there);
          } else if (caller.equals("ada") || caller.equals("bob")) {
            assertThat(there.status()).as(caller).isEqualTo(403);
            assertThat(shape(there, ours))
                .as(caller)
                .isEqualTo(shape(call(caller, row, absent), absent));
          } else {
            assertThat(there.status()).as(caller).isIn(200, 202, 409);
          }
        }
      }
      assertThat(there.header("X-Content-Type-Options")).as(caller).contains("nosniff");
    }
    System.out.println("  " + row + ": " + String.join(", ", said));
  }

  @Test
  void a_resumed_queue_is_not_left_paused() throws Exception {
    assertThat(call("admin", "POST", "/api/admin/queue/resume", "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"subscribe", "unsubscribe", "cancel"})
  void a_message_about_somebody_elses_is_answered_as_one_about_nothing(String event)
      throws Exception {
    // Admins may look at everybody's generations, and cancel none but their own.
    for (String caller :
        event.equals("subscribe") ? List.of("bob") : List.of("bob", "admin", "service")) {
      try (Talk talk = new Talk(token(caller))) {
        String foreign = talk.ask(event, finished).replace(finished, "ID");
        String absent = talk.ask(event, like(finished)).replace(like(finished), "ID");
        assertThat(foreign).as(caller).isEqualTo(absent);
        if (!event.equals("unsubscribe")) {
          assertThat(foreign).as(caller).contains("not_found");
        }
      }
    }
  }

  @Test
  void every_message_is_among_those_that_are_tried() throws Exception {
    Class<?> message = Class.forName("com.jadariselabs.video.socket.ClientMessage");
    assertThat(Stream.of(message.getPermittedSubclasses()).map(Class::getSimpleName))
        .as("a new message belongs into the test above")
        .containsExactlyInAnyOrder(
            "Ping", "Subscribe", "SubscribeAll", "Unsubscribe", "Cancel", "Wrong");
  }

  @Test
  void whoever_asks_for_all_hears_of_their_own_alone() throws Exception {
    try (Talk talk = new Talk(token("bob"))) {
      assertThat(talk.ask("subscribe", "*")).contains("subscribed");
      submitted();
      talk.send("{\"event\":\"ping\"}");
      assertThat(talk.next()).isEqualTo("{\"event\":\"pong\",\"data\":{}}");
    }
  }

  private static void assertRefused(String caller, Answer answer) {
    assertThat(answer.status()).as(caller).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate"))
        .as(caller)
        .contains(caller.equals("nobody") ? "Bearer" : "Bearer error=\"invalid_token\"");
  }

  /** All that can be told apart: without what differs from answer to answer anyway. */
  private static String shape(Answer answer, String path) {
    String id =
        path.replaceAll(".*(gen_\\w+|msg_\\w+|ses\\w+|key\\w+|nobody\\w+|zoe\\w+|ada).*", "$1");
    String head =
        answer
            .head()
            .lines()
            .filter(line -> !line.matches("(?i)(X-Trace-Id|Date|Retry-After):.*"))
            .collect(Collectors.joining("\n"));
    return (head + "\n" + answer.body())
        .replaceAll("\"trace_id\":\"[^\"]*\"", "")
        .replace(id, "ID");
  }

  /** The path of what ada has, or of what nobody has. */
  private static String path(Row row, boolean there) throws Exception {
    String path = row.path;
    if (path.contains("{gen}")
        || path.contains("generation_id}")
        || path.contains("generations/{id}")) {
      String id = row.route.startsWith("DELETE") && there ? submitted() : finished;
      return path.replaceAll("\\{(gen|generation_id|id)}", there ? id : like(finished));
    }
    if (path.contains("/deliveries/{id}")) {
      return path.replace("{id}", there ? delivered() : "msg_none" + "0".repeat(28));
    }
    if (path.contains("/sessions/{id}")) {
      call(Doorstep.token("ada", "sess_spare"), "GET", "/api/me");
      return path.replace("{id}", there ? "sess_spare" : "sess_apsre");
    }
    if (path.contains("/keys/{id}")) {
      String made =
          call("ada", "POST", "/api/keys", "{\"name\":\"spare\",\"scopes\":[\"read\"]}").body();
      String id = JSON.readTree(made).at("/api_key/id").asText();
      assertThat(id).as(made).isNotEmpty();
      return path.replace("{id}", there ? id : like(id));
    }
    if (row.route.startsWith("DELETE")) {
      String zoe = "zoe" + System.nanoTime();
      call(Doorstep.token(zoe, "of-" + zoe), "GET", "/api/me");
      return path.replace("{id}", there ? zoe : "nobody1");
    }
    return path.replace("{id}", there ? "ada" : "nobody1");
  }

  /** The id of a webhook of ada's that did not arrive. */
  private static String delivered() {
    String id = "msg_" + java.util.UUID.randomUUID().toString().replace("-", "");
    service
        .database()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO webhook_deliveries
                           (id, generation_id, run, user_id, url, type, occurred_at, state, ended_at)
                    SELECT ?, ?, coalesce(max(run), 1) + 1, 'ada', 'https://gone.example/', 'generation.completed',
                           now(), 'failed', now()
                      FROM webhook_deliveries\
                    """,
                    id,
                    finished));
    return id;
  }

  /** As long, and of the same letters. */
  private static String like(String id) {
    int from = id.indexOf('_') + 1;
    return id.substring(0, from) + new StringBuilder(id.substring(from)).reverse();
  }

  private static String submitted() throws Exception {
    Answer answer = call("ada", "POST", "/api/generate/video", VIDEO);
    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    return JSON.readTree(answer.body()).path("generation_id").asText();
  }

  private static @Nullable String token(String caller) {
    return switch (caller) {
      case "nobody" -> null;
      case "bad token" -> "eyJhbGciOiJub25lIn0.e30.";
      case "admin" -> Doorstep.token("root", "of-root", "admin");
      case "service" -> Doorstep.token("backend", "of-backend", "service");
      default -> Doorstep.token(caller, "of-" + caller);
    };
  }

  private static Answer call(String caller, Row row, String path) {
    return call(caller, row.route.substring(0, row.route.indexOf(' ')), path, row.body);
  }

  private static Answer call(String caller, String method, String path, String body) {
    List<String> headers = new ArrayList<>();
    String token = token(caller);
    if (token != null) {
      headers.add(Doorstep.bearer(token));
    }
    if (!body.isEmpty()) {
      headers.add(TYPE);
    }
    if (path.equals("/api/socket")) {
      headers.addAll(
          List.of(
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    }
    return service.http().send(method, path, body, headers.toArray(String[]::new));
  }

  private static void call(String token, String method, String path) {
    service.http().send(method, path, "", Doorstep.bearer(token));
  }

  /** A socket that is asked one thing at a time. */
  private static final class Talk implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;

    Talk(@Nullable String token) {
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .header("Authorization", "Bearer " + token)
              .buildAsync(URI.create("ws://127.0.0.1:" + service.port() + "/api/socket"), this)
              .join();
    }

    String ask(String event, String id) throws InterruptedException {
      send("{\"event\":\"%s\",\"data\":{\"generationId\":\"%s\"}}".formatted(event, id));
      return next();
    }

    void send(String text) {
      socket.sendText(text, true).join();
    }

    String next() throws InterruptedException {
      String text = heard.poll(5, TimeUnit.SECONDS);
      return text == null ? "nothing" : text;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        heard.add(part.toString());
        part.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public void close() {
      socket.abort();
    }
  }
}
