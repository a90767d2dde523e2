package com.jadariselabs.video.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A socket that notes what it hears, and when. */
public final class Observer implements WebSocket.Listener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /**
   * What was heard.
   *
   * @param nanos when, by {@link System#nanoTime}
   */
  public record Heard(long nanos, JsonNode frame) {
    /** The event's name. */
    public String event() {
      return frame.path("event").asText();
    }

    /** Whose it is; empty where it is nobody's. */
    public String generationId() {
      return frame.path("data").path("generationId").asText();
    }

    /** Whether it is the last one of a run. */
    public boolean terminal() {
      return switch (event()) {
        case "job:completed", "job:cancelled" -> true;
        case "job:failed" -> !frame.path("data").has("retryIn");
        default -> false;
      };
    }
  }

  private final List<Heard> heard = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final WebSocket socket;

  Observer(URI url, String token) {
    URI uri = URI.create(url.toString().replaceFirst("^http", "ws") + "/api/socket");
    socket =
        HTTP.newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .connectTimeout(Duration.ofSeconds(10))
            .buildAsync(uri, this)
            .join();
  }

  /** Sends a frame. */
  public Observer say(String event, String generationId) {
    socket
        .sendText(
            "{\"event\":\"%s\",\"data\":{\"generationId\":\"%s\"}}".formatted(event, generationId),
            true)
        .join();
    return this;
  }

  /** Sends a frame as it is. */
  public Observer sayRaw(String frame) {
    socket.sendText(frame, true).join();
    return this;
  }

  /** Whether it was neither closed nor lost. */
  public boolean isOpen() {
    return !closed.isDone();
  }

  /** How much was heard so far. */
  public int size() {
    return heard.size();
  }

  /** What was heard, by its place from 0. */
  public Heard heard(int index) {
    return heard.get(index);
  }

  /** Subscribes, and waits for the answer. */
  public Observer subscribe(String generationId) {
    say("subscribe", generationId);
    await(each -> each.event().equals("subscribed") && each.generationId().equals(generationId));
    return this;
  }

  /** All that was heard so far. */
  public List<Heard> heard() {
    return List.copyOf(heard);
  }

  /** The names of what was heard about this generation. */
  public List<String> events(String generationId) {
    return heard().stream()
        .filter(each -> each.generationId().equals(generationId))
        .map(Heard::event)
        .toList();
  }

  /** Waits until something like this was heard. */
  public Heard await(Predicate<Heard> wanted) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (heard) {
      for (int next = 0; ; next++) {
        while (next == heard.size()) {
          long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (left <= 0) {
            throw new AssertionError("not heard within " + PATIENCE + ", but " + heard);
          }
          pause(left);
        }
        if (wanted.test(heard.get(next))) {
          return heard.get(next);
        }
      }
    }
  }

  /** Lets the lock go until more was heard, for so long at most. */
  private void pause(long millis) {
    try {
      heard.wait(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The code that it was closed with. */
  public int awaitClose(Duration patience) {
    return closed.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      long now = System.nanoTime();
      try {
        Heard frame = new Heard(now, JSON.readTree(text.toString()));
        synchronized (heard) {
          heard.add(frame);
          heard.notifyAll();
        }
      } catch (JsonProcessingException e) {
        closed.completeExceptionally(e);
      }
      text.setLength(0);
    }
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

  @Override
  public void close() {
    closed.complete(1000);
    socket.abort();
  }
}
