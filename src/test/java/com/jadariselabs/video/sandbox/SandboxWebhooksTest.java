package com.jadariselabs.video.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.testing.ServletHost;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxWebhooksTest {
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Receiver receiver = new Receiver();

  @TempDir Path data;
  private Sandbox sandbox;
  private ServletHost api;
  private ServletHost target;

  @BeforeEach
  void start() throws Exception {
    sandbox = new Sandbox(SandboxSettings.quick(), data, Clock.systemUTC());
    sandbox.start();
    api = new ServletHost(new SandboxServlet(sandbox), "/sandbox/v1/*");
    target = new ServletHost(receiver, "/hook");
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
    target.close();
    sandbox.stop();
  }

  @Test
  void start_and_end_are_told_and_signed() throws Exception {
    create("['start','completed']");
    await().until(() -> receiver.calls.size() == 2);
    // Each goes on its way by itself, as the provider's do: the later one may come first.
    Map<String, String> told = new HashMap<>();
    for (Call call : receiver.calls) {
      JsonNode prediction = json.readTree(call.body());
      told.put(prediction.path("status").asText(), prediction.path("output").asText());
    }
    assertThat(told).containsOnlyKeys("processing", "succeeded");
    assertThat(told.get("succeeded")).startsWith(api.url() + "/sandbox/v1/files/");
    assertThat(receiver.calls.get(0).query()).isEqualTo("generation=gen_1&attempt=1");

    String secret =
        json.readTree(
                api.send(
                        "GET", "/sandbox/v1/webhooks/default/secret", "Authorization", "Bearer any")
                    .body())
            .get("key")
            .asText();
    for (Call call : receiver.calls) {
      assertThat(call.signature()).isEqualTo(signature(secret, call));
      assertThat(Long.parseLong(call.timestamp()))
          .isCloseTo(System.currentTimeMillis() / 1000, org.assertj.core.data.Offset.offset(60L));
    }
  }

  @Test
  void an_end_that_is_not_taken_is_told_again_under_the_same_id() throws Exception {
    receiver.failures = 1;
    create("['completed']");
    await().until(() -> receiver.calls.size() == 2);
    assertThat(receiver.calls.get(1).id()).isEqualTo(receiver.calls.get(0).id());
    assertThat(receiver.calls.get(1).body()).isEqualTo(receiver.calls.get(0).body());
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:1/x, true",
    "http://localhost:8080/x?y=1, true",
    "http://[::1]:80/x, true",
    "https://example.com/x, false",
    "http://127.0.0.1.example.com/x, false",
    "http://169.254.169.254/latest, false",
    "http://10.0.0.1/, false",
    "http://localhost@10.0.0.1/, false",
    "http://x y/, false",
  })
  void nothing_but_this_machine_is_ever_called(String url, boolean reaches) {
    assertThat(Webhooks.reaches(url)).isEqualTo(reaches);
  }

  private void create(String events) throws Exception {
    String body =
        "{'input':{'prompt':'A lion','duration':0.2},'webhook':'"
            + target.url()
            + "/hook?generation=gen_1&attempt=1','webhook_events_filter':"
            + events
            + "}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(api.url() + "/sandbox/v1/models/a/b/predictions"))
            .header("Authorization", "Bearer any")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(201);
  }

  private static String signature(String secret, Call call) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String signed = call.id() + "." + call.timestamp() + "." + call.body();
    return "v1,"
        + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }

  private record Call(String id, String timestamp, String signature, String query, String body) {}

  private static final class Receiver extends HttpServlet {
    final transient List<Call> calls = new CopyOnWriteArrayList<>();
    volatile int failures;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String body = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      response.setStatus(calls.size() < failures ? 500 : 204);
      calls.add(
          new Call(
              request.getHeader("webhook-id"),
              request.getHeader("webhook-timestamp"),
              request.getHeader("webhook-signature"),
              request.getQueryString(),
              body));
    }
  }
}
