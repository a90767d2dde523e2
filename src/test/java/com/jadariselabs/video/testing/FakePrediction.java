package com.jadariselabs.video.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A prediction that {@link FakeProvider} has made. Thread-safe. */
public final class FakePrediction {
  private final String id;
  private final String model;
  private final @Nullable String version;
  private final Map<String, Object> input;
  private final @Nullable Duration cancelAfter;
  private final @Nullable String webhook;
  private final @Nullable String authorization;
  private final Instant createdAt = Instant.now();
  private final long createdNanos = System.nanoTime();
  private final Duration takes;
  private final int takesPolls;
  private final boolean logs;
  private final String output;
  private @Nullable String error;
  private @Nullable String ended;
  private int polls;
  private int cancels;

  FakePrediction(
      String id,
      String model,
      @Nullable String version,
      Map<String, Object> input,
      @Nullable Duration cancelAfter,
      @Nullable String webhook,
      @Nullable String authorization,
      Duration takes,
      int takesPolls,
      boolean logs,
      @Nullable String error,
      String output) {
    this.id = id;
    this.model = model;
    this.version = version;
    this.input = input;
    this.cancelAfter = cancelAfter;
    this.webhook = webhook;
    this.authorization = authorization;
    this.takes = takes;
    this.takesPolls = takesPolls;
    this.logs = logs;
    this.error = error;
    this.output = output;
  }

  public String id() {
    return id;
  }

  public String model() {
    return model;
  }

  public @Nullable String version() {
    return version;
  }

  public Map<String, Object> input() {
    return input;
  }

  /** The create's {@code Cancel-After}, or null. */
  public @Nullable Duration cancelAfter() {
    return cancelAfter;
  }

  public @Nullable String webhook() {
    return webhook;
  }

  /** The create's {@code Authorization}. */
  public @Nullable String authorization() {
    return authorization;
  }

  /** How often it was asked to be cancelled. */
  public synchronized int cancels() {
    return cancels;
  }

  /** How often it was asked for. */
  public synchronized int polls() {
    return polls;
  }

  /** The word that the API says for where it stands. */
  public synchronized String status() {
    if (ended == null) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - createdNanos);
      boolean inTime = cancelAfter == null || takes.compareTo(cancelAfter) <= 0;
      if (inTime && polls >= takesPolls && elapsed.compareTo(takes) >= 0) {
        ended = error == null ? "succeeded" : "failed";
      } else if (cancelAfter != null && elapsed.compareTo(cancelAfter) >= 0) {
        ended = "canceled";
      } else {
        return percent() == 0 ? "starting" : "processing";
      }
    }
    return ended;
  }

  /** Whether it would still cost money. */
  public boolean running() {
    String status = status();
    return status.equals("starting") || status.equals("processing");
  }

  /** Ends it now, as it pleases the test: {@code succeeded}, {@code aborted}, or a new word. */
  public synchronized void end(String status) {
    ended = status;
  }

  /** Lets it fail now. */
  public synchronized void fail(String message) {
    error = message;
    ended = "failed";
  }

  synchronized void poll() {
    polls++;
  }

  synchronized void cancel() {
    cancels++;
    if (running()) {
      ended = "canceled";
    }
  }

  synchronized void write(ObjectNode json, String api) {
    String status = status();
    json.put("id", id).put("model", model).put("version", version == null ? "hidden" : version);
    json.putPOJO("input", input);
    json.put("status", status).put("source", "api").put("data_removed", false);
    json.put("created_at", createdAt.toString());
    json.put("output", status.equals("succeeded") ? output : null);
    json.put("error", status.equals("failed") ? error : null);
    json.put("logs", logs ? logs(running() ? percent() : 100) : "");
    json.put("webhook", webhook);
    json.putObject("metrics").put("predict_time", 1.5);
    json.putObject("urls").put("get", api + "/predictions/" + id);
  }

  private int percent() {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - createdNanos);
    int byTime =
        takes.isZero()
            ? 100
            : (int) Math.min(100, 100 * elapsed.toMillis() / Math.max(1, takes.toMillis()));
    int byPolls = takesPolls == 0 ? 100 : Math.min(100, 100 * polls / takesPolls);
    return Math.min(byTime, byPolls);
  }

  private static String logs(int percent) {
    int done = percent / 10;
    return "Using seed: 1\r  0%%|          | 0/10 [00:00<?, ?it/s]\r %d%%|%s%s| %d/10 [00:01<00:01]\n"
        .formatted(percent, "█".repeat(done), " ".repeat(10 - done), done);
  }
}
