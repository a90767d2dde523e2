package com.jadariselabs.video.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client with the JDK's WebSocket, that notes all it hears. */
final class Listener implements WebSocket.Listener {
  static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  final List<JsonNode> frames = new CopyOnWriteArrayList<>();
  final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  final AtomicInteger pings = new AtomicInteger();
  private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();

  private Listener() {}

  static Listener open(Door door, String token) {
    return open(door.socket(), token);
  }

  static Listener open(URI uri, String token) {
    return open(uri, HTTP.newWebSocketBuilder().header("Authorization", "Bearer " + token));
  }

  static Listener open(URI uri, WebSocket.Builder builder) {
    Listener listener = new Listener();
    try {
      listener.socket.complete(
          builder.connectTimeout(Duration.ofSeconds(10)).buildAsync(uri, listener).join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof java.net.http.WebSocketHandshakeException refused) {
        throw new Refused(
            refused.getResponse().statusCode(),
            refused.getResponse().headers().firstValue("WWW-Authenticate").orElse(""));
      }
      throw e;
    }
    return listener;
  }

  /** The upgrade was refused. */
  static final class Refused extends RuntimeException {
    final int status;
    final String authenticate;

    Refused(int status, String authenticate) {
      super("refused with " + status);
      this.status = status;
      this.authenticate = authenticate;
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      frames.add(json(text.toString()));
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
    pings.incrementAndGet();
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
    closed.complete(statusCode);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }

  Listener say(String frame) {
    socket().sendText(frame, true).join();
    return this;
  }

  Listener subscribe(String id) {
    return say("{\"event\":\"subscribe\",\"data\":{\"generationId\":\"" + id + "\"}}");
  }

  Listener subscribe(String id, long after) {
    return say(
        "{\"event\":\"subscribe\",\"data\":{\"generationId\":\"%s\",\"after\":%d}}"
            .formatted(id, after));
  }

  Listener unsubscribe(String id) {
    return say("{\"event\":\"unsubscribe\",\"data\":{\"generationId\":\"" + id + "\"}}");
  }

  Listener cancel(String id) {
    return say("{\"event\":\"cancel\",\"data\":{\"generationId\":\"" + id + "\"}}");
  }

  /** Says ping and waits for its pong: whatever was under way before has arrived then. */
  Listener settled() {
    long before = count("pong");
    say("{\"event\":\"ping\"}");
    waitFor(() -> count("pong") > before);
    return this;
  }

  WebSocket socket() {
    return socket.join();
  }

  void drop() {
    socket().abort();
  }

  static void waitFor(Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(10))
        .until(condition);
  }

  long count(String event) {
    return frames.stream().filter(frame -> frame.path("event").asText().equals(event)).count();
  }

  /** Waits for so many frames besides pongs and gives them in short, see {@link #brief}. */
  List<String> hears(int howMany) {
    waitFor(() -> heard().size() >= howMany);
    return heard();
  }

  List<String> heard() {
    return frames.stream().map(Listener::brief).filter(frame -> !frame.equals("pong")).toList();
  }

  int closeCode() {
    assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    return closed.join();
  }

  /** The event's name, its seq if it has one, the error's code or the subscription's status. */
  static String brief(JsonNode frame) {
    String brief = frame.path("event").asText();
    if (frame.has("seq")) {
      brief += " " + frame.get("seq").asLong();
    }
    JsonNode data = frame.path("data");
    if (data.has("code")) {
      brief += " " + data.get("code").asText();
    }
    return data.has("status") ? brief + " " + data.get("status").asText() : brief;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
