package com.jadariselabs.video.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** One user of one instance, over HTTP and sockets. Thread-safe. */
public final class Client {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private static final Set<String> TERMINAL = Set.of("completed", "failed", "cancelled");

  private final URI url;
  private final @Nullable String token;

  /**
   * A client of this instance.
   *
   * @param token null: without one
   */
  public Client(URI url, @Nullable String token) {
    this.url = url;
    this.token = token;
  }

  /** An answer, its body read. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares answers
  public record Answer(int status, HttpHeaders headers, byte[] body) {
    /** The body as text. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** The body as JSON. */
    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError("no JSON: " + text(), e);
      }
    }

    /** A header's value. */
    public Optional<String> header(String name) {
      return headers.firstValue(name);
    }

    /** The member of an accepted submission. */
    public String generationId() {
      String id = json().path("generation_id").asText();
      if (id.isEmpty()) {
        throw new AssertionError(status + " " + text());
      }
      return id;
    }
  }

  /** Its token. */
  public String token() {
    return String.valueOf(token);
  }

  /** GET; headers by turns name and value. */
  public Answer get(String path, String... headers) {
    return now(send("GET", path, null, headers));
  }

  /** DELETE. */
  public Answer delete(String path) {
    return now(send("DELETE", path, null));
  }

  /** POST. */
  public Answer post(String path, @Nullable String body, String... headers) {
    return now(send("POST", path, body, headers));
  }

  /** Any request; completes exceptionally when there is no whole answer within 30 seconds. */
  public CompletableFuture<Answer> send(
      String method, String path, @Nullable String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(answer -> new Answer(answer.statusCode(), answer.headers(), answer.body()));
  }

  /** Submits so many seconds of wan2. */
  public Answer submit(String prompt, int seconds, String... headers) {
    return post("/api/generate/video", body(prompt, seconds), headers);
  }

  /** The body of such a submission. */
  public static String body(String prompt, int seconds) {
    try {
      return "{\"prompt\":%s,\"duration\":%d,\"model\":\"wan2\"}"
          .formatted(JSON.writeValueAsString(prompt), seconds);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A generation as it is now. */
  public JsonNode generation(String id) {
    Answer answer = get("/api/generate/video?generation_id=" + id);
    if (answer.status() != 200) {
      throw new AssertionError(answer.status() + " " + answer.text());
    }
    return answer.json().path("generation");
  }

  /** The generation once it has ended. */
  public JsonNode awaitEnd(String id, Duration patience) {
    return Awaitility.await()
        .atMost(patience)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> generation(id), g -> TERMINAL.contains(g.path("status").asText()));
  }

  /** All ids of this list, over all pages. */
  public List<String> list() {
    List<String> ids = new ArrayList<>();
    String cursor = null;
    do {
      String more = cursor == null ? "" : "&cursor=" + cursor;
      JsonNode page = get("/api/generate/video?limit=100" + more).json();
      page.path("generations").forEach(each -> ids.add(each.path("id").asText()));
      cursor = page.path("next_cursor").asText(null);
    } while (cursor != null);
    return ids;
  }

  /** What is left. */
  public long credits() {
    return get("/api/me").json().path("credits").asLong();
  }

  /** A socket that hears of all of this user's generations. */
  public Observer observe() {
    return new Observer(url, token()).subscribe("*");
  }

  /** A socket that hears of nothing yet. */
  public Observer connect() {
    return new Observer(url, token());
  }

  private static Answer now(CompletableFuture<Answer> answer) {
    try {
      return answer.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw e.getCause() instanceof IOException io ? new UncheckedIOException(io) : e;
    }
  }
}
