package com.jadariselabs.video.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A running service, spoken to over HTTP. Thread-safe once it has a token. */
final class ServiceClient {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String GENERATIONS = "/api/generate/video";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final String url;
  private volatile @Nullable String token;

  /** The service at this address. */
  ServiceClient(String url) {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    try {
      request("/");
    } catch (IllegalArgumentException e) {
      throw new RefusedException("--url: " + url + " is not an http address");
    }
  }

  /** Calls with this token; with one that local mode gives, where it is null. */
  void signIn(@Nullable String given, String user) throws IOException, InterruptedException {
    if (given != null) {
      token = given;
      return;
    }
    String body = json.createObjectNode().put("user", user).toString();
    HttpResponse<String> response = send(request("/api/auth/token").POST(json(body)));
    if (response.statusCode() == 404) {
      throw new RefusedException("A token is needed: --token, or VIDEO_TOKEN");
    }
    token = answer(response).path("access_token").asText();
  }

  /** Submits; with the same key it may be said again. */
  JsonNode submit(ObjectNode body, String key) throws IOException, InterruptedException {
    return answer(
        send(request(GENERATIONS).header("Idempotency-Key", key).POST(json(body.toString()))));
  }

  /** How it is doing. */
  JsonNode find(String id) throws IOException, InterruptedException {
    return answer(send(request(of(GENERATIONS, id)))).path("generation");
  }

  JsonNode cancel(String id) throws IOException, InterruptedException {
    return answer(send(request(of(GENERATIONS, id)).DELETE()));
  }

  /** Gives its events' lines, from the one after this {@code seq}, until the stream ends. */
  CompletableFuture<HttpResponse<Void>> events(
      String id, long after, Flow.Subscriber<String> lines) {
    HttpRequest.Builder request = request(of(GENERATIONS + "/events", id));
    if (after > 0) {
      request.header("Last-Event-ID", Long.toString(after));
    }
    return http.sendAsync(request.build(), BodyHandlers.fromLineSubscriber(lines));
  }

  /** Stores what is there; the file appears when it is whole. */
  void download(String from, Path to) throws IOException, InterruptedException {
    String unfinished = ".%s.%s.part".formatted(to.getFileName(), UUID.randomUUID());
    Path part = to.toAbsolutePath().resolveSibling(unfinished);
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/").resolve(from)).build();
      HttpResponse<Path> response = http.send(request, BodyHandlers.ofFile(part));
      if (response.statusCode() != 200) {
        throw new RefusedException("The video was answered with " + response.statusCode());
      }
      Files.move(part, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    String present = token;
    return present == null ? request : request.header("Authorization", "Bearer " + present);
  }

  private static HttpRequest.BodyPublisher json(String body) {
    return BodyPublishers.ofString(body);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(
        request.timeout(ANSWER).header("Content-Type", "application/json").build(),
        BodyHandlers.ofString());
  }

  /** The answer, unless it is a problem; one that passes is an {@link IOException}. */
  private JsonNode answer(HttpResponse<String> response) throws IOException {
    JsonNode body;
    try {
      body = json.readTree(response.body());
    } catch (JsonProcessingException e) {
      body = json.createObjectNode();
    }
    if (response.statusCode() / 100 == 2) {
      return body;
    }
    String why =
        reason(body, "answered " + response.statusCode())
            + response
                .headers()
                .firstValue("Retry-After")
                .map(seconds -> " (try again in %s s)".formatted(seconds))
                .orElse("");
    if (response.statusCode() >= 500) {
      throw new IOException(why);
    }
    throw new RefusedException(why);
  }

  /** Each wrong field, or where there is none what was wrong as a whole. */
  private static String reason(JsonNode problem, String otherwise) {
    List<String> fields = new ArrayList<>();
    for (JsonNode error : problem.path("errors")) {
      fields.add(error.path("field").asText() + ": " + error.path("message").asText());
    }
    return fields.isEmpty() ? problem.path("detail").asText(otherwise) : String.join("; ", fields);
  }

  private static String of(String path, String id) {
    if (!id.matches("[A-Za-z0-9_-]{1,100}")) {
      throw new RefusedException(id + " is no generation's id");
    }
    return path + "?generation_id=" + id;
  }
}
