package com.jadariselabs.video.moderation;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes the disguises off a text. The result are a few readings of it, each a line of lower-case
 * words with one space before, between and after them; a rule is looked for in all of them.
 */
final class Folding {
  private static final int LETTERS_SPELT_OUT = 3;
  private static final String JOINERS = ".-_*~·•/\\|,+^=:;";

  /** One letter of a word hidden behind a sign: {@code p*rn}. */
  private static final Pattern MASKED = Pattern.compile("(?<=\\p{L})[*#](?=\\p{L})");

  /** Words of one letter, English and French. */
  private static final Set<String> ARTICLES = Set.of("a", "i", "o", "y");

  private static final List<String> VOWELS = List.of("a", "e", "i", "o", "u");

  private Folding() {}

  /** A text's readings; the first is the plainest. */
  static Set<String> readings(String text) {
    String plain = plain(text);
    Set<String> spellings = new LinkedHashSet<>();
    spellings.add(plain);
    if (MASKED.matcher(plain).find()) {
      for (String vowel : VOWELS) {
        spellings.add(MASKED.matcher(plain).replaceAll(vowel));
      }
    }
    spellings.add(Leet.read(plain, 'i'));
    spellings.add(Leet.read(plain, 'l'));
    Set<String> readings = new LinkedHashSet<>();
    for (String spelling : spellings) {
      readings.add(line(words(spelling)));
      List<String> words = words(joined(spelling));
      readings.add(line(spelledOutJoined(words)));
      readings.add(line(spelledOutJoined(articlesApart(words))));
    }
    return readings;
  }

  /** One reading, for rules: they are written plainly. */
  static String plainWords(String text) {
    return line(words(plain(text)));
  }

  /** Whether a word is stretched ({@code sooo}): three of the same letter in a row. */
  static boolean stretched(String word) {
    for (int i = 2; i < word.length(); i++) {
      if (word.charAt(i) == word.charAt(i - 1) && word.charAt(i) == word.charAt(i - 2)) {
        return true;
      }
    }
    return false;
  }

  /** The word with each run of a letter made a single one. */
  static String squeezed(String word) {
    StringBuilder squeezed = new StringBuilder(word.length());
    for (int i = 0; i < word.length(); i++) {
      if (i == 0 || word.charAt(i) != word.charAt(i - 1)) {
        squeezed.append(word.charAt(i));
      }
    }
    return squeezed.toString();
  }

  /** Compatibility forms, case, accents, invisible characters and look-alikes undone. */
  private static String plain(String text) {
    String compatible = Normalizer.normalize(text, Normalizer.Form.NFKC);
    String apart = Normalizer.normalize(compatible.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    StringBuilder plain = new StringBuilder(apart.length());
    apart.codePoints().filter(Folding::visible).forEach(plain::appendCodePoint);
    return LookAlikes.latin(plain.toString());
  }

  private static boolean visible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> false;
      // Fillers that render as nothing.
      default ->
          codePoint != 0x115F && codePoint != 0x1160 && codePoint != 0x3164 && codePoint != 0xFFA0;
    };
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isLetterOrDigit(c)) {
                word.appendCodePoint(c);
              } else if (word.length() > 0) {
                words.add(word.toString());
                word.setLength(0);
              }
            });
    if (word.length() > 0) {
      words.add(word.toString());
    }
    return words;
  }

  /** {@code p.o_r-n} as one word: separators between two letters without a space are left out. */
  private static String joined(String text) {
    StringBuilder joined = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean separator = JOINERS.indexOf(c) >= 0;
      boolean inside =
          i > 0
              && i + 1 < text.length()
              && wordly(text.charAt(i - 1))
              && wordly(text.charAt(i + 1));
      if (!separator || !inside) {
        joined.append(c);
      }
    }
    return joined.toString();
  }

  private static boolean wordly(char c) {
    return Character.isLetterOrDigit(c) || JOINERS.indexOf(c) >= 0;
  }

  /** {@code p o r n} as one word: three or more single characters in a row. */
  private static List<String> spelledOutJoined(List<String> words) {
    List<String> joined = new ArrayList<>();
    List<String> singles = new ArrayList<>();
    for (String word : words) {
      if (word.length() == 1) {
        singles.add(word);
      } else {
        flush(singles, joined);
        joined.add(word);
      }
    }
    flush(singles, joined);
    return joined;
  }

  /** {@code a n a k e d} is an article and a word: no run of letters begins with it. */
  private static List<String> articlesApart(List<String> words) {
    List<String> apart = new ArrayList<>(words);
    for (int i = 0; i + LETTERS_SPELT_OUT < apart.size(); i++) {
      boolean first = i == 0 || apart.get(i - 1).length() > 1;
      if (first && ARTICLES.contains(apart.get(i)) && apart.get(i + 1).length() == 1) {
        apart.set(i, apart.get(i) + " ");
      }
    }
    return apart;
  }

  private static void flush(List<String> singles, List<String> into) {
    if (singles.size() >= LETTERS_SPELT_OUT) {
      into.add(String.join("", singles));
    } else {
      into.addAll(singles);
    }
    singles.clear();
  }

  private static String line(List<String> words) {
    return " " + String.join(" ", words) + " ";
  }
}
