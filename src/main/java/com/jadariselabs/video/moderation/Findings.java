package com.jadariselabs.video.moderation;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads what a moderation API has found. Unknown and empty categories are no failure. */
final class Findings {
  private static final int LONGEST_NAME = 40;
  private static final int MOST_REASONS = 8;

  private final ApiSettings settings;

  Findings(ApiSettings settings) {
    this.settings = settings;
  }

  /** One category that speaks against a text. */
  private record Reason(String name, Category category, double score) {
    String text() {
      return score < 0 ? name : String.format(Locale.ROOT, "%s %.2f", name, score);
    }
  }

  /**
   * The verdict.
   *
   * @throws IOException when the answer is no judgement
   */
  Verdict verdict(JsonNode answer) throws IOException {
    JsonNode results = answer.path("results");
    if (!results.isArray() || results.isEmpty()) {
      throw new IOException("an answer without results");
    }
    List<Reason> reasons = new ArrayList<>();
    for (JsonNode result : results) {
      if (!result.isObject() || !(result.has("flagged") || result.has("categories"))) {
        throw new IOException("a result without a judgement");
      }
      gather(result, reasons);
    }
    return reasons.isEmpty() ? new Verdict.Allowed() : rejected(reasons);
  }

  private void gather(JsonNode result, List<Reason> reasons) {
    JsonNode flags = result.path("categories");
    JsonNode scores = result.path("category_scores");
    Set<String> names = new TreeSet<>();
    flags.fieldNames().forEachRemaining(names::add);
    scores.fieldNames().forEachRemaining(names::add);
    boolean anyFlag = false;
    int before = reasons.size();
    for (String name : names) {
      boolean flagged = flags.path(name).asBoolean();
      anyFlag |= flagged;
      double score = scores.path(name).isNumber() ? scores.path(name).asDouble() : -1;
      if (against(name, flagged, score)) {
        reasons.add(new Reason(shown(name), category(name), score));
      }
    }
    // Flagged for something that it does not name.
    if (result.path("flagged").asBoolean() && !anyFlag && reasons.size() == before) {
      reasons.add(new Reason("flagged", Category.OTHER, -1));
    }
  }

  private boolean against(String name, boolean flagged, double score) {
    if (flagged && settings.alwaysBlocked().contains(name)) {
      return true;
    }
    Double threshold = settings.thresholds().get(name);
    return (threshold == null || score < 0) ? flagged : score >= threshold;
  }

  private static Verdict rejected(List<Reason> reasons) {
    Category gravest =
        reasons.stream()
            .map(Reason::category)
            .max(Comparator.comparingInt(Category::points))
            .orElseThrow();
    String text =
        reasons.stream()
            .sorted(Comparator.comparingDouble(Reason::score).reversed())
            .limit(MOST_REASONS)
            .map(Reason::text)
            .distinct()
            .collect(Collectors.joining(", "));
    return new Verdict.Rejected(gravest, "api: " + text);
  }

  /** A foreign name, fit for a row and a page. */
  private static String shown(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_/ -]", "?");
    return plain.substring(0, Math.min(LONGEST_NAME, plain.length()));
  }

  private static Category category(String name) {
    return switch (name.toLowerCase(Locale.ROOT).replace('-', '_')) {
      case "sexual" -> Category.SEXUAL;
      case "sexual/minors" -> Category.MINORS;
      case "hate", "hate/threatening" -> Category.HATE;
      case "harassment", "harassment/threatening" -> Category.HARASSMENT;
      case "self_harm", "self_harm/intent", "self_harm/instructions" -> Category.SELF_HARM;
      case "violence" -> Category.VIOLENCE;
      case "violence/graphic" -> Category.GORE;
      case "illicit" -> Category.ILLICIT;
      case "illicit/violent" -> Category.WEAPONS;
      default -> Category.OTHER;
    };
  }
}
