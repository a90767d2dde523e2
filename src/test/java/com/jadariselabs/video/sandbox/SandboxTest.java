package com.jadariselabs.video.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.media.Media;
import com.jadariselabs.video.media.MediaSettings;
import com.jadariselabs.video.media.Probe;
import com.jadariselabs.video.testing.ServletHost;
import com.jadariselabs.video.testing.SteppableClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROGRESS = "^\\s*(\\d+)%\\s*\\|.+?\\|\\s*(\\d+)/(\\d+).*";

  private final HttpClient http = HttpClient.newHttpClient();
  private final SteppableClock clock = new SteppableClock();
  private final List<Sandbox> sandboxes = new ArrayList<>();
  private final List<ServletHost> hosts = new ArrayList<>();

  @TempDir Path data;

  @AfterEach
  void stop() throws Exception {
    for (ServletHost host : hosts) {
      host.close();
    }
    for (Sandbox sandbox : sandboxes) {
      sandbox.stop();
    }
  }

  @Test
  void a_prediction_starts_processes_and_succeeds_with_a_video_as_long_as_asked() throws Exception {
    String api = start(SandboxSettings.quick());
    JsonNode created = create(api, "{'prompt':'A lion','duration':1.3,'aspect_ratio':'9:16'}");
    assertThat(created.get("status").asText()).isEqualTo("starting");
    assertThat(created.get("model").asText()).isEqualTo("some/model");
    assertThat(created.get("version").asText()).isEqualTo("hidden");
    assertThat(created.get("output").isNull()).isTrue();
    assertThat(created.get("data_removed").asBoolean()).isFalse();
    assertThat(created.at("/urls/get").asText())
        .isEqualTo(api + "/predictions/" + created.get("id").asText());

    JsonNode done = awaitEnd(created);

    assertThat(done.get("status").asText()).isEqualTo("succeeded");
    assertThat(done.get("error").isNull()).isTrue();
    assertThat(done.at("/metrics/total_time").isNumber()).isTrue();
    assertThat(done.at("/metrics/predict_time").isNumber()).isTrue();
    assertThat(last(done.get("logs").asText().split("\n"))).matches(PROGRESS).startsWith("100%");
    Path video = data.resolve("video.mp4");
    Files.write(video, get(done.get("output").asText()).body());
    assertThat(new Media(new MediaSettings("none", "none", 0, 0)).probe(video))
        .isEqualTo(new Probe(1.3, 180, 320, "h264"));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"duration\":2.5}', 2.5",
    "'{\"num_frames\":81}', 5.0625",
    "'{\"num_frames\":100,\"frames_per_second\":10}', 10",
    "'{\"length\":97}', 4.041666",
    "'{}', 5",
  })
  void the_duration_is_read_in_each_models_own_words(String input, double seconds)
      throws IOException {
    assertThat(Clip.of(JSON.readTree(input), "id", true).seconds())
        .isCloseTo(seconds, org.assertj.core.data.Offset.offset(0.001));
  }

  @Test
  void the_same_prompt_and_seed_look_the_same_and_another_seed_does_not() throws IOException {
    byte[] once = render("{\"prompt\":\"x\",\"seed\":3,\"duration\":0.5}", "a");
    byte[] again = render("{\"prompt\":\"x\",\"seed\":3,\"duration\":0.5}", "b");
    byte[] other = render("{\"prompt\":\"x\",\"seed\":4,\"duration\":0.5}", "b");
    assertThat(sample(again)).isEqualTo(sample(once));
    assertThat(sample(other)).isNotEqualTo(sample(once));
  }

  @Test
  void progress_grows_in_the_logs_at_the_pace_that_is_set() throws Exception {
    String api = start(new SandboxSettings(0, 1_500, 1, true, null));
    JsonNode created = create(api, "{'prompt':'A lion','duration':1}");
    List<Integer> seen = new ArrayList<>();
    await()
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              JsonNode now = json(get(created.at("/urls/get").asText()));
              String line = last(now.get("logs").asText().split("\n"));
              if (line.matches(PROGRESS)) {
                seen.add(Integer.parseInt(line.strip().split("%")[0]));
              }
              return now.get("status").asText().equals("succeeded");
            });
    assertThat(seen).isSorted().endsWith(100);
    assertThat(seen.stream().distinct()).hasSizeGreaterThan(4);
  }

  @Test
  void a_create_by_version_keeps_the_version() throws Exception {
    String api = start(SandboxSettings.quick());
    JsonNode created =
        json(
            post(
                api + "/predictions",
                "{'version':'abc123','input':{'prompt':'[[hang]]'}}",
                new String[0]));
    assertThat(created.get("version").asText()).isEqualTo("abc123");
    assertThat(created.at("/input/prompt").asText()).isEqualTo("[[hang]]");
  }

  @Test
  void a_cancelled_prediction_stays_cancelled() throws Exception {
    String api = start(SandboxSettings.quick());
    JsonNode created = create(api, "{'prompt':'A long one','duration':60}");
    awaitStatus(created, "processing");
    JsonNode cancelled = json(post(created.at("/urls/cancel").asText(), "", new String[0]));
    assertThat(cancelled.get("status").asText()).isEqualTo("canceled");
    assertThat(cancelled.get("completed_at").isTextual()).isTrue();
    // The only render thread is free again, so this one can end.
    assertThat(awaitEnd(create(api, "{'prompt':'x','duration':0.2}")).get("status").asText())
        .isEqualTo("succeeded");
    JsonNode again = json(post(created.at("/urls/cancel").asText(), "", new String[0]));
    assertThat(again).isEqualTo(cancelled);
    assertThat(again.get("output").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "[[fail]], failed, E1001",
    "[[nsfw]], failed, flagged as sensitive",
    "a [[FAIL]] in capitals, failed, E1001",
  })
  void markers_in_the_prompt_make_it_fail(String prompt, String status, String error)
      throws Exception {
    String api = start(SandboxSettings.quick());
    JsonNode done = awaitEnd(create(api, "{'prompt':'" + prompt + "'}"));
    assertThat(done.get("status").asText()).isEqualTo(status);
    assertThat(done.get("error").asText()).contains(error);
    assertThat(done.get("output").isNull()).isTrue();
  }

  @Test
  void fail_once_fails_once() throws Exception {
    String api = start(SandboxSettings.quick());
    String input = "{'prompt':'[[fail-once]] lion','duration':0.2}";
    assertThat(awaitEnd(create(api, input)).get("status").asText()).isEqualTo("failed");
    assertThat(awaitEnd(create(api, input)).get("status").asText()).isEqualTo("succeeded");
  }

  @Test
  void outputs_can_be_wrong_cut_short_or_gone() throws Exception {
    String api = start(SandboxSettings.quick());
    HttpResponse<byte[]> html = output(create(api, "{'prompt':'[[html]]'}"));
    assertThat(html.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(output(create(api, "{'prompt':'[[gone]]','duration':0.2}")).statusCode())
        .isEqualTo(404);
    JsonNode truncated = create(api, "{'prompt':'[[truncated]]','duration':0.2}");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> output(truncated))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({"5, 0, canceled", "5s, 0, canceled", "0h0m5s, 60000, aborted"})
  void cancel_after_ends_what_hangs(String header, int startingMillis, String status)
      throws Exception {
    String api = start(new SandboxSettings(startingMillis, 0, 1, true, null));
    JsonNode created =
        json(
            post(
                api + "/models/some/model/predictions",
                "{'input':{'prompt':'[[hang]]'}}",
                new String[] {"Cancel-After", header}));
    Instant deadline = Instant.parse(created.get("deadline").asText());
    assertThat(Duration.between(Instant.parse(created.get("created_at").asText()), deadline))
        .isEqualTo(Duration.ofSeconds(5));
    if (startingMillis == 0) {
      awaitStatus(created, "processing");
    }
    sandboxes.get(0).stop();
    hosts.get(0).close();
    clock.step(Duration.ofSeconds(5));
    String restarted = start(new SandboxSettings(startingMillis, 0, 1, true, null));
    JsonNode done = awaitEnd(restarted, created.get("id").asText());
    assertThat(done.get("status").asText()).isEqualTo(status);
  }

  @Test
  void what_was_unfinished_goes_on_after_a_restart() throws Exception {
    String api = start(new SandboxSettings(0, 60_000, 1, true, null));
    JsonNode processing = create(api, "{'prompt':'A lion','duration':0.5,'seed':1}");
    JsonNode waiting = create(api, "{'prompt':'[[slow]] A tiger','duration':0.5}");
    awaitStatus(processing, "processing");
    sandboxes.get(0).stop();
    hosts.get(0).close();

    String restarted = start(SandboxSettings.quick());

    for (JsonNode before : List.of(processing, waiting)) {
      JsonNode after = awaitEnd(restarted, before.get("id").asText());
      assertThat(after.get("status").asText()).isEqualTo("succeeded");
      assertThat(after.get("input")).isEqualTo(before.get("input"));
      assertThat(get(after.get("output").asText()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void input_output_and_logs_are_removed_after_an_hour() throws Exception {
    String api = start(SandboxSettings.quick());
    JsonNode done = awaitEnd(create(api, "{'prompt':'A lion','duration':0.2}"));
    clock.step(Duration.ofMinutes(61));
    JsonNode later = json(get(done.at("/urls/get").asText()));
    assertThat(later.get("data_removed").asBoolean()).isTrue();
    assertThat(later.get("input")).isEmpty();
    assertThat(later.get("output").isNull()).isTrue();
    assertThat(later.get("logs").asText()).isEmpty();
    assertThat(later.get("status").asText()).isEqualTo("succeeded");
    assertThat(get(done.get("output").asText()).statusCode()).isEqualTo(404);
    assertThat(data.resolve("sandbox/files")).isEmptyDirectory();
    clock.step(Duration.ofHours(24));
    sandboxes.get(0).sweep();
    assertThat(get(done.at("/urls/get").asText()).statusCode()).isEqualTo(404);
    assertThat(data.resolve("sandbox/predictions")).isEmptyDirectory();
  }

  @Test
  void outputs_are_served_in_ranges_and_without_a_token() throws Exception {
    String api = start(SandboxSettings.quick());
    String output =
        awaitEnd(create(api, "{'prompt':'A lion','duration':0.2}")).get("output").asText();
    byte[] whole = hosts.get(0).send("GET", output).body();
    HttpResponse<byte[]> part = hosts.get(0).send("GET", output, "Range", "bytes=4-7");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(new String(part.body(), java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("ftyp");
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 4-7/" + whole.length);
    assertThat(hosts.get(0).send("GET", output, "Range", "bytes=99999999-").statusCode())
        .isEqualTo(416);
    assertThat(hosts.get(0).send("HEAD", output).headers().firstValue("Content-Length"))
        .contains("" + whole.length);
  }

  @Test
  void hundreds_may_wait() throws Exception {
    String api = start(new SandboxSettings(60_000, 0, 1, true, null));
    for (int i = 0; i < 250; i++) {
      clock.step(Duration.ofMillis(1));
      create(api, "{'prompt':'p" + i + "'}");
    }
    JsonNode first = json(get(api + "/predictions"));
    assertThat(prompts(first)).hasSize(100).startsWith("p249").endsWith("p150");
    assertThat(first.get("previous").isNull()).isTrue();
    JsonNode second = json(get(first.get("next").asText()));
    assertThat(prompts(second)).hasSize(100).startsWith("p149").endsWith("p50");
    JsonNode third = json(get(second.get("next").asText()));
    assertThat(prompts(third)).hasSize(50).endsWith("p0");
    assertThat(third.get("next").isNull()).isTrue();
    assertThat(prompts(json(get(third.get("previous").asText())))).isEqualTo(prompts(second));

    String before = first.at("/results/99/created_at").asText();
    String after = first.at("/results/50/created_at").asText();
    assertThat(prompts(json(get(api + "/predictions?created_before=" + before))))
        .startsWith("p149");
    assertThat(prompts(json(get(api + "/predictions?created_after=" + after))))
        .hasSize(51)
        .endsWith("p199");
    assertThat(get(api + "/predictions?created_after=yesterday").statusCode()).isEqualTo(422);
    assertThat(get(api + "/predictions?cursor=%00").statusCode()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'input':{'prompt':'x'},'surprise':1}",
        "{'input':{'prompt':'x'},'version':'abc'}",
        "{'input':{}}",
        "{'input':{'prompt':1}}",
        "{'input':'x'}",
        "{}",
        "{'input':{'prompt':'x','duration':61}}",
        "{'input':{'prompt':'x','duration':0}}",
        "{'input':{'prompt':'x','duration':'5'}}",
        "{'input':{'prompt':'x','num_frames':81,'frames_per_second':0}}",
        "{'input':{'prompt':'x','seed':1.5}}",
        "{'input':{'prompt':'x'},'webhook':'ftp://x'}",
        "{'input':{'prompt':'x'},'webhook_events_filter':['all']}",
      })
  void what_is_not_valid_is_422_and_names_the_field(String body) throws Exception {
    String api = start(SandboxSettings.quick());
    HttpResponse<byte[]> response =
        post(api + "/models/some/model/predictions", body, new String[0]);
    assertThat(response.statusCode()).isEqualTo(422);
    JsonNode problem = json(response);
    assertThat(problem.get("title").asText()).isEqualTo("Input validation failed");
    assertThat(problem.get("status").asInt()).isEqualTo(422);
    assertThat(problem.at("/invalid_fields/0/field").asText()).isNotEmpty();
  }

  @Test
  void odd_requests_are_refused_and_never_break_it() throws Exception {
    String api = start(SandboxSettings.quick());
    String create = api + "/models/some/model/predictions";
    assertThat(hosts.get(0).send("GET", api + "/account").statusCode()).isEqualTo(401);
    assertThat(post(create, "not json", new String[0]).statusCode()).isEqualTo(400);
    assertThat(post(create, "[]", new String[0]).statusCode()).isEqualTo(400);
    assertThat(post(create, "{} {}", new String[0]).statusCode()).isEqualTo(400);
    assertThat(post(create, "'" + "x".repeat((1 << 20) - 1) + "'", new String[0]).statusCode())
        .isEqualTo(413);
    String[] short4s = {"Cancel-After", "4s"};
    assertThat(post(create, "{'input':{'prompt':'x'}}", short4s).statusCode()).isEqualTo(422);
    assertThat(get(api + "/predictions/unknown").statusCode()).isEqualTo(404);
    assertThat(post(api + "/predictions/unknown/cancel", "", new String[0]).statusCode())
        .isEqualTo(404);
    assertThat(get(api + "/files/../webhook-secret").statusCode()).isBetween(400, 404);
    assertThat(get(api + "/files/webhook-secret/output.mp4").statusCode()).isEqualTo(404);
    assertThat(get(api + "/nothing").statusCode()).isEqualTo(404);
    assertThat(get(api).statusCode()).isEqualTo(404);
    assertThat(json(get(api + "/account")).get("username").asText()).isEqualTo("sandbox");
    assertThat(json(get(api + "/models/a/b")).get("name").asText()).isEqualTo("b");
  }

  private byte[] render(String input, String id) throws IOException {
    Path file = Files.createTempFile(data, "clip", ".mp4");
    new Renderer().render(Clip.of(JSON.readTree(input), id, true), file, n -> true);
    return Files.readAllBytes(file);
  }

  /** From the middle of the samples: headers hold the time of day. */
  private static byte[] sample(byte[] clip) {
    return java.util.Arrays.copyOfRange(clip, 100, 1100);
  }

  private String start(SandboxSettings settings) throws Exception {
    Sandbox sandbox = new Sandbox(settings, data, clock);
    sandbox.start();
    sandboxes.add(sandbox);
    ServletHost host = new ServletHost(new SandboxServlet(sandbox), "/sandbox/v1/*");
    hosts.add(host);
    return host.url() + "/sandbox/v1";
  }

  private JsonNode create(String api, String input) throws Exception {
    HttpResponse<byte[]> response =
        post(api + "/models/some/model/predictions", "{'input':" + input + "}", new String[0]);
    assertThat(response.statusCode()).isEqualTo(201);
    return json(response);
  }

  private HttpResponse<byte[]> output(JsonNode created) throws Exception {
    return get(awaitEnd(created).get("output").asText());
  }

  private JsonNode awaitEnd(JsonNode created) {
    String url = created.at("/urls/get").asText();
    return awaitEnd(url.substring(0, url.indexOf("/predictions/")), created.get("id").asText());
  }

  private JsonNode awaitEnd(String api, String id) {
    AtomicReference<@Nullable JsonNode> last = new AtomicReference<>();
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              JsonNode now = json(get(api + "/predictions/" + id));
              last.set(now);
              return now.get("completed_at").isTextual();
            });
    return java.util.Objects.requireNonNull(last.get());
  }

  private void awaitStatus(JsonNode created, String status) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                json(get(created.at("/urls/get").asText())).get("status").asText().equals(status));
  }

  private HttpResponse<byte[]> get(String url) throws Exception {
    return hosts.get(hosts.size() - 1).send("GET", url, "Authorization", "Bearer any");
  }

  private HttpResponse<byte[]> post(String url, String body, String[] headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer any")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    assertThat(response.statusCode()).isLessThan(500);
    return JSON.readTree(response.body());
  }

  private static List<String> prompts(JsonNode page) {
    List<String> prompts = new ArrayList<>();
    page.get("results").forEach(p -> prompts.add(p.at("/input/prompt").asText()));
    return prompts;
  }

  private static String last(String[] lines) {
    return lines[lines.length - 1];
  }
}
