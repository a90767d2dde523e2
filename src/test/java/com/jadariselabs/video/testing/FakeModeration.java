package com.jadariselabs.video.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.moderation.ApiSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A moderation API to be scripted: it has nothing against anything, unless told otherwise. */
public final class FakeModeration implements AutoCloseable {
  /** What it answers to what it has nothing against. */
  public static final String CLEAN =
      "{\"id\":\"modr-1\",\"results\":[{\"flagged\":false,\"categories\":{\"violence\":false},"
          + "\"category_scores\":{\"violence\":0.01}}]}";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FakeServer server;
  private final List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<String> heads = Collections.synchronizedList(new ArrayList<>());
  private volatile Function<String, String> answers = input -> CLEAN;
  private volatile @Nullable Fault fault;

  /** Starts one on a free port of loopback. */
  public FakeModeration() {
    server = new FakeServer(this::answer);
  }

  /** A result that is flagged for this category, with this score. */
  public static String flagged(String category, double score) {
    return "{\"results\":[{\"flagged\":true,\"categories\":{\"%s\":true},\"category_scores\":{\"%s\":%s}}]}"
        .formatted(category, category, score);
  }

  /** Where it is, without a path. */
  public String url() {
    return server.origin();
  }

  /** Settings for it: quick to give up, refusing while it does not answer. */
  public ApiSettings settings() {
    return settings(false, Map.of());
  }

  /** Settings for it. */
  public ApiSettings settings(boolean failOpen, Map<String, Double> thresholds) {
    return new ApiSettings(
        ApiSettings.endpoint(url()),
        "sk-moderation",
        "omni-moderation-latest",
        Duration.ofMillis(700),
        failOpen,
        thresholds,
        Set.of("sexual/minors"));
  }

  /** From now on it answers so, by what it was asked about. */
  public FakeModeration answers(Function<String, String> by) {
    fault = null;
    answers = by;
    return this;
  }

  /** From now on it fails so. */
  public FakeModeration fails(@Nullable Fault with) {
    fault = with;
    return this;
  }

  /** The bodies of all requests so far. */
  public List<JsonNode> asked() {
    return List.copyOf(asked);
  }

  /** Method, path and bearer of all requests so far. */
  public List<String> heads() {
    return List.copyOf(heads);
  }

  private void answer(FakeServer.Exchange exchange) {
    heads.add(exchange.method() + " " + exchange.path() + " " + exchange.header("Authorization"));
    JsonNode body = read(exchange.body());
    asked.add(body);
    Fault trouble = fault;
    byte[] right = answers.apply(body.path("input").toString()).getBytes(StandardCharsets.UTF_8);
    if (trouble == null) {
      exchange.reply(200, Map.of("Content-Type", "application/json"), right);
    } else {
      exchange.spoil(trouble, right);
    }
  }

  private static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
