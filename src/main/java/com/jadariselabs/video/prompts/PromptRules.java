package com.jadariselabs.video.prompts;

import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Quality;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Adds words of style, quality, camera and light to a prompt, in the prompt's language.
 *
 * <p>The user's words come first, unchanged. Nothing is added that is said already, nothing that
 * would contradict the user's own camera or light, and nothing past what the provider reads. The
 * same request always gives the same prompt. Thread-safe.
 */
public final class PromptRules {
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final Catalog catalog;

  public PromptRules(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * The prompt with what suits the order.
   *
   * @param style a style of the catalogue, or null
   */
  public String enhance(String prompt, @Nullable String style, Quality quality, Model model) {
    return enhance(prompt, style, quality, model, "");
  }

  /**
   * The same with phrases of somebody else's after the style's.
   *
   * @param more separated by commas; may be empty
   */
  String enhance(String prompt, @Nullable String style, Quality quality, Model model, String more) {
    Language language = Language.of(prompt);
    Draft draft = new Draft(prompt, model.promptLimit(), language);
    draft.add(style == null ? "" : catalog.styleWords(style));
    draft.add(more);
    boolean aboutLight = language.speaksOfLight(draft.text());
    if (!language.speaksOfCamera(draft.text())) {
      draft.add(model.camera());
    }
    if (!aboutLight) {
      draft.add(model.light());
    }
    draft.add(catalog.qualityWords(quality));
    return draft.text();
  }

  /** A prompt as it grows. */
  private final class Draft {
    private final StringBuilder text;
    private final int limit;
    private final Language language;

    Draft(String prompt, int limit, Language language) {
      this.text = new StringBuilder(prompt);
      this.limit = limit;
      this.language = language;
    }

    /** Adds those of the phrases (separated by commas) that are new and fit. */
    void add(String phrases) {
      for (String each : phrases.split(",", -1)) {
        String phrase = catalog.translated(each.strip(), language.code());
        if (!phrase.isEmpty() && !says(phrase)) {
          append(phrase);
        }
      }
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

    String text() {
      return text.toString();
    }
  }

  /** Lower case, words apart by one blank, and a blank at both ends, so that words match whole. */
  private static String normal(CharSequence words) {
    return " "
        + NO_WORD.matcher(words.toString().toLowerCase(Locale.ROOT)).replaceAll(" ").strip()
        + " ";
  }

  private static int length(CharSequence words) {
    return Character.codePointCount(words, 0, words.length());
  }
}
