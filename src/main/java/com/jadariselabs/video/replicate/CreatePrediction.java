package com.jadariselabs.video.replicate;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A prediction to be made.
 *
 * @param model the model's {@code owner/name}
 * @param version a version's id; null calls an official model by its name
 * @param input only keys that the model declares
 * @param cancelAfter when the provider itself is to stop it, counted from creation; at least 5 s
 * @param webhook where events are posted, https; null for none
 * @param webhookEvents among {@code start}, {@code output}, {@code logs}, {@code completed}
 */
public record CreatePrediction(
    String model,
    @Nullable String version,
    Map<String, Object> input,
    Duration cancelAfter,
    @Nullable URI webhook,
    List<String> webhookEvents) {
  private static final Pattern SLUG = Pattern.compile("[A-Za-z0-9._-]+/[A-Za-z0-9._-]+");
  private static final Duration LEAST = Duration.ofSeconds(5);

  public CreatePrediction {
    if (version == null && !SLUG.matcher(model).matches()) {
      throw new IllegalArgumentException("A model is called owner/name.");
    }
    if (cancelAfter.compareTo(LEAST) < 0) {
      cancelAfter = LEAST;
    }
  }

  String path() {
    return version == null ? "/models/" + model + "/predictions" : "/predictions";
  }

  Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    if (version != null) {
      body.put("version", version);
    }
    body.put("input", input);
    if (webhook != null) {
      body.put("webhook", webhook.toString());
      body.put("webhook_events_filter", webhookEvents);
    }
    return body;
  }

  /** The value of {@code Cancel-After}, in seconds. */
  String cancelAfterHeader() {
    return Math.max(1, cancelAfter.plusMillis(999).toSeconds()) + "s";
  }

  /** Names no user's words. */
  @Override
  public String toString() {
    return "CreatePrediction[" + model + "]";
  }
}
