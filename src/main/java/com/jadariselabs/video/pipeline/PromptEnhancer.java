package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Quality;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Adds words of style, quality, camera and light to a prompt.
 *
 * <p>The user's words come first, unchanged. Nothing is added that is said already, nothing that
 * would contradict the user's own camera or light, and nothing past what the provider reads. The
 * same request always gives the same prompt. Thread-safe.
 */
public final class PromptEnhancer {
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Set<String> CAMERA_WORDS =
      Set.of(
          "camera",
          "shot",
          "dolly",
          "pan",
          "panning",
          "zoom",
          "zooms",
          "zooming",
          "tracking",
          "handheld",
          "aerial",
          "drone",
          "closeup",
          "close",
          "timelapse",
          "pov",
          "tilt",
          "crane",
          "framing",
          "motion");
  private static final Set<String> LIGHT_WORDS =
      Set.of(
          "light",
          "lights",
          "lighting",
          "lit",
          "sunset",
          "sunrise",
          "dusk",
          "dawn",
          "night",
          "midnight",
          "moonlight",
          "moonlit",
          "sunlight",
          "sunlit",
          "candlelight",
          "neon",
          "glow",
          "glowing",
          "shadow",
          "shadows",
          "noon",
          "backlit",
          "dark",
          "illumination");

  private final Catalog catalog;

  public PromptEnhancer(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * The prompt with what suits the order.
   *
   * @param style a style of the catalogue, or null
   */
  public String enhance(String prompt, @Nullable String style, Quality quality, Model model) {
    Draft draft = new Draft(prompt, model.promptLimit());
    draft.add(style == null ? "" : catalog.styleWords(style));
    boolean aboutLight = draft.mentions(LIGHT_WORDS);
    if (!draft.mentions(CAMERA_WORDS)) {
      draft.add(model.camera());
    }
    if (!aboutLight) {
      draft.add(model.light());
    }
    draft.add(catalog.qualityWords(quality));
    return draft.text();
  }

  /** A prompt as it grows. */
  private static final class Draft {
    private final StringBuilder text;
    private final int limit;

    Draft(String prompt, int limit) {
      this.text = new StringBuilder(prompt);
      this.limit = limit;
    }

    /** Adds those of the phrases (separated by commas) that are new and fit. */
    void add(String phrases) {
      for (String each : phrases.split(",", -1)) {
        String phrase = each.strip();
        if (!phrase.isEmpty() && !says(phrase)) {
          append(phrase);
        }
      }
    }

    boolean mentions(Set<String> words) {
      for (String word : NO_WORD.split(text.toString().toLowerCase(Locale.ROOT), -1)) {
        if (words.contains(word)) {
          return true;
        }
      }
      return false;
    }

    private boolean says(String phrase) {
      return normal(text).contains(normal(phrase));
    }

    private void append(String phrase) {
      String addition = separator() + phrase;
      if (length(text) + length(addition) <= limit) {
        text.append(addition);
      }
    }

    private String separator() {
      char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
      return switch (last) {
        case ',', '.', '!', '?', ';', ':', '…', '。', '！', '？' -> " ";
        case ' ', '\n' -> "";
        default -> ", ";
      };
    }

    /**
     * Lower case, words apart by one blank, and a blank at both ends, so that words match whole.
     */
    private static String normal(CharSequence words) {
      return " "
          + NO_WORD.matcher(words.toString().toLowerCase(Locale.ROOT)).replaceAll(" ").strip()
          + " ";
    }

    private static int length(CharSequence words) {
      return Character.codePointCount(words, 0, words.length());
    }

    String text() {
      return text.toString();
    }
  }
}
