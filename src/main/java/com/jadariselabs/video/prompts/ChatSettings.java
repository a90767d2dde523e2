package com.jadariselabs.video.prompts;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The chat that may add words to prompts; any with OpenAI's interface.
 *
 * @param apiUrl with or without {@code /v1}; null: the rules alone
 * @param apiKey null where it asks for none
 * @param model what answers there
 * @param timeoutMillis after which the rules go on alone
 */
public record ChatSettings(
    @Nullable String apiUrl, @Nullable String apiKey, String model, int timeoutMillis) {
  private static final int LONGEST_TIMEOUT = 60_000;

  /** Checks the bounds. */
  public ChatSettings {
    if (timeoutMillis < 100 || timeoutMillis > LONGEST_TIMEOUT) {
      throw new IllegalArgumentException(
          "timeoutMillis must be from 100 to " + LONGEST_TIMEOUT + ", not " + timeoutMillis);
    }
    if (apiUrl != null && !apiUrl.matches("https?://[^\\s/]+(/\\S*)?")) {
      throw new IllegalArgumentException("apiUrl must be http(s)://host[:port][/path]");
    }
  }

  /** Where to post, if anywhere. */
  @Nullable URI completions() {
    if (apiUrl == null) {
      return null;
    }
    String base = apiUrl.replaceFirst("/+$", "");
    return URI.create((base.endsWith("/v1") ? base : base + "/v1") + "/chat/completions");
  }

  Duration timeout() {
    return Duration.ofMillis(timeoutMillis);
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "ChatSettings[" + apiUrl + ", " + model + "]";
  }
}
