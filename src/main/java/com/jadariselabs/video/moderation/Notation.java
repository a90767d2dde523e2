package com.jadariselabs.video.moderation;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The notation of the word lists: {@code {a|b} c} stands for {@code a c} and {@code b c}, and
 * {@code [a|b] c} for these and {@code c} alone.
 */
final class Notation {
  private static final Pattern SPACES = Pattern.compile(" +");

  private Notation() {}

  /**
   * All that a line stands for.
   *
   * @throws IllegalArgumentException when a bracket is not closed
   */
  static List<String> expand(String line) {
    return expanded(line)
        .map(text -> SPACES.matcher(text.strip()).replaceAll(" "))
        .filter(text -> !text.isEmpty())
        .distinct()
        .toList();
  }

  private static Stream<String> expanded(String line) {
    int open = firstOf(line);
    if (open < 0) {
      return Stream.of(line);
    }
    boolean optional = line.charAt(open) == '[';
    int close = line.indexOf(optional ? ']' : '}', open);
    if (close < 0) {
      throw new IllegalArgumentException("A bracket is not closed: " + line);
    }
    String before = line.substring(0, open);
    String after = line.substring(close + 1);
    Stream<String> choices = Stream.of(line.substring(open + 1, close).split("\\|", -1));
    Stream<String> all = optional ? Stream.concat(choices, Stream.of("")) : choices;
    return all.flatMap(choice -> expanded(before + choice + after));
  }

  private static int firstOf(String line) {
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '{' || line.charAt(i) == '[') {
        return i;
      }
    }
    return -1;
  }
}
