package com.jadariselabs.video.moderation;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules, read from the word lists. */
final class Lists {
  private static final List<String> RESOURCES = List.of("moderation/en.txt", "moderation/fr.txt");
  private static final String ALLOWED = "moderation/allowed.txt";

  private static final Pattern SECTION = Pattern.compile("\\[[a-z_:]+]");

  private Lists() {}

  /**
   * The rules that come with the service, and those of a file.
   *
   * @param more in the same notation; an {@code [allowed]} section may be among it
   * @throws IllegalArgumentException when a line of it cannot be understood
   */
  static List<Rule> read(@Nullable Path more) {
    List<Rule> rules = new ArrayList<>();
    try {
      for (String resource : RESOURCES) {
        parse(text(resource), "", rules);
      }
      parse(text(ALLOWED), "allowed", rules);
      if (more != null) {
        parse(Files.readString(more), "", rules);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(rules);
  }

  private static void parse(String text, String section, List<Rule> into) {
    String current = section;
    for (String raw : text.split("\n")) {
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (SECTION.matcher(line).matches()) {
        current = line.substring(1, line.length() - 1);
        continue;
      }
      for (String words : Notation.expand(line)) {
        Rule rule = rule(current, words);
        into.add(rule);
        if (rule.role() == Rule.Role.ALLOWS) {
          hyphenated(rule).forEach(into::add);
        }
      }
    }
  }

  private static Rule rule(String section, String words) {
    // Also brings what somebody wrote with accents or capitals into the form that is compared.
    String plain = Folding.plainWords(words).strip() + (words.endsWith("*") ? "*" : "");
    return switch (section) {
      case "allowed" -> Rule.of(Rule.Role.ALLOWS, Category.SEXUAL, plain);
      case "near:minors:undressed" -> Rule.of(Rule.Role.UNDRESSED, Category.MINORS, plain);
      case "near:minors:young" -> Rule.of(Rule.Role.YOUNG, Category.MINORS, plain);
      default ->
          Rule.of(
              Rule.Role.REJECTS,
              Category.of(section)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "No category of moderation: [" + section + "]")),
              plain);
    };
  }

  /**
   * Of an allowance of several words those with two of them in one: a {@code naked mole-rat} is a
   * {@code molerat} where hyphens are taken for a disguise.
   */
  private static List<Rule> hyphenated(Rule rule) {
    List<Rule> rules = new ArrayList<>();
    for (int gap = rule.words().indexOf(' '); gap > 0; gap = rule.words().indexOf(' ', gap + 1)) {
      String words = rule.words().substring(0, gap) + rule.words().substring(gap + 1);
      rules.add(new Rule(rule.role(), rule.category(), words, rule.prefix()));
    }
    return rules;
  }

  private static String text(String resource) throws IOException {
    return Resources.toString(Resources.getResource(resource), StandardCharsets.UTF_8);
  }
}
