package com.jadariselabs.video;

import com.jadariselabs.video.moderation.ApiSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What prompts may not ask for.
 *
 * @param moreWords a file with further rules, in the form of the built-in lists; null: none
 * @param apiUrl an OpenAI-compatible moderation API; null: the word lists alone
 * @param apiKey its bearer; null: none
 * @param apiModel which of its models judges
 * @param apiTimeoutMillis for a whole call, 100 to 20000
 * @param fail {@code closed} or {@code open}: what becomes of prompts while it does not answer
 * @param thresholds {@code category=score}, comma separated, scores from 0 to 1
 * @param block categories whose flag always rejects, comma separated
 */
public record ModerationSection(
    @Nullable String moreWords,
    @Nullable String apiUrl,
    @Nullable String apiKey,
    @Nullable String apiModel,
    int apiTimeoutMillis,
    @Nullable String fail,
    @Nullable String thresholds,
    @Nullable String block) {
  private static final String MODEL = "omni-moderation-latest";
  private static final int LEAST_TIMEOUT = 100;
  private static final int LONGEST_TIMEOUT = 20_000;

  /** Checks what is set. */
  public ModerationSection {
    fail = fail == null ? "closed" : fail.strip().toLowerCase(Locale.ROOT);
    if (!fail.equals("closed") && !fail.equals("open")) {
      throw new IllegalArgumentException("fail must be closed or open");
    }
    if (apiTimeoutMillis < LEAST_TIMEOUT || apiTimeoutMillis > LONGEST_TIMEOUT) {
      throw new IllegalArgumentException("apiTimeoutMillis must be 100 to 20000");
    }
    parsed(thresholds);
    if (apiUrl != null) {
      endpoint(apiUrl);
    }
  }

  @Nullable Path moreWordsFile() {
    return moreWords == null ? null : Path.of(moreWords);
  }

  /** The API to ask, if there is one. */
  @Nullable ApiSettings api() {
    return apiUrl == null
        ? null
        : new ApiSettings(
            endpoint(apiUrl),
            apiKey,
            apiModel == null ? MODEL : apiModel,
            Duration.ofMillis(apiTimeoutMillis),
            "open".equals(fail),
            parsed(thresholds),
            Set.copyOf(split(block).collect(Collectors.toSet())));
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "ModerationSection[apiUrl=" + apiUrl + ", apiKey=" + (apiKey == null ? "none" : "set");
  }

  private static java.net.URI endpoint(String url) {
    try {
      return ApiSettings.endpoint(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "apiUrl must look like https://host or https://host/v1", e);
    }
  }

  private static Map<String, Double> parsed(@Nullable String thresholds) {
    Map<String, Double> parsed = new HashMap<>();
    split(thresholds)
        .forEach(
            pair -> {
              int equals = pair.indexOf('=');
              double score = score(pair.substring(equals + 1).strip());
              if (equals < 1 || !(score >= 0 && score <= 1)) {
                throw new IllegalArgumentException(
                    "thresholds must be like violence=0.8,sexual=0.5, from 0 to 1");
              }
              parsed.put(pair.substring(0, equals).strip(), score);
            });
    return parsed;
  }

  private static double score(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static Stream<String> split(@Nullable String list) {
    return list == null
        ? Stream.of()
        : Stream.of(list.split(",")).map(String::strip).filter(each -> !each.isEmpty());
  }
}
