package com.jadariselabs.video.moderation;

/** Digits and signs that stand for letters: {@code p0rn}, {@code $ex}, {@code n4k3d}. */
final class Leet {
  private Leet() {}

  /**
   * The text with such characters read as letters, in words that hold a letter as well or consist
   * of a single character; numbers stay numbers.
   *
   * @param one how a 1 is read: {@code i} or {@code l}
   */
  static String read(String text, char one) {
    StringBuilder read = new StringBuilder(text.length());
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
        end++;
      }
      if (end == start) {
        read.append(text.charAt(end));
        start++;
        continue;
      }
      appendWord(read, text.substring(start, end), one);
      start = end;
    }
    return read.toString();
  }

  private static void appendWord(StringBuilder read, String word, char one) {
    boolean translate = word.length() == 1 || word.chars().anyMatch(Character::isLetter);
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      boolean last = i == word.length() - 1;
      // A sign at a word's end ends a sentence more often than it stands for a letter.
      boolean sign = !Character.isLetterOrDigit(c);
      read.append(translate && !(sign && last && word.length() > 1) ? letter(c, one) : c);
    }
  }

  private static char letter(char c, char one) {
    return switch (c) {
      case '0' -> 'o';
      case '1', '!', '|' -> one;
      case '3', '€' -> 'e';
      case '4', '@' -> 'a';
      case '5', '$' -> 's';
      case '7' -> 't';
      case '8' -> 'b';
      case '9' -> 'g';
      default -> c;
    };
  }
}
