package com.jadariselabs.video.replicate;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a prediction failed, in words of ours: the provider's own may quote a prompt or an address.
 *
 * @param code one of a few words, fit for a metric's label
 * @param retryable whether another attempt may do better
 * @param message for the user
 */
public record PredictionError(String code, boolean retryable, String message) {
  private static final Pattern POLICY =
      Pattern.compile(
          "\\be005\\b|flagged as sensitive|\\bnsfw\\b|content policy|safety (filter|system)"
              + "|sensitive content|content moderation");
  private static final Pattern MEMORY = Pattern.compile("\\be1001\\b|out of memory|\\boom\\b");
  private static final Pattern START =
      Pattern.compile("\\be6716\\b|start(ing|up)? time(d )?-?out|timed? ?out starting");
  private static final Pattern INPUT =
      Pattern.compile(
          "\\be006\\b|invalid (input|value|image|prompt|argument)|input validation|unsupported"
              + "|not supported|must be (one of|between|at (least|most))|prompt is too long");
  private static final Pattern BUSY =
      Pattern.compile("\\be003\\b|rate limit|too many requests|overloaded|unavailable|capacity");

  /** What this error of a failed prediction means; null is a failure without a word. */
  public static PredictionError of(@Nullable String error) {
    String text = error == null ? "" : error.toLowerCase(Locale.ROOT);
    if (POLICY.matcher(text).find()) {
      return new PredictionError(
          "content_policy", false, "The provider's content policy refuses this request.");
    }
    if (MEMORY.matcher(text).find()) {
      return new PredictionError("out_of_memory", true, "The provider ran out of memory.");
    }
    if (START.matcher(text).find()) {
      return new PredictionError("start_timeout", true, "The provider could not start in time.");
    }
    if (BUSY.matcher(text).find()) {
      return new PredictionError("provider_busy", true, "The provider is too busy.");
    }
    if (INPUT.matcher(text).find()) {
      return new PredictionError("invalid_input", false, "The model cannot take this input.");
    }
    return new PredictionError("provider_error", true, "The provider could not render the video.");
  }
}
