package com.jadariselabs.video.moderation;

/**
 * One pattern of the lists.
 *
 * @param role what an occurrence means
 * @param category of a rule that rejects
 * @param words plain words; with {@code prefix} the last one may go on
 */
record Rule(Role role, Category category, String words, boolean prefix) {

  /** What an occurrence means. */
  enum Role {
    REJECTS,
    /** Rejects beside a {@link #YOUNG} one. */
    UNDRESSED,
    YOUNG,
    /** What lies within it is harmless. */
    ALLOWS
  }

  static Rule of(Role role, Category category, String written) {
    boolean prefix = written.endsWith("*");
    String words = prefix ? written.substring(0, written.length() - 1) : written;
    return new Rule(role, category, words, prefix);
  }

  /** What the automaton looks for: from a word's beginning, to a word's end. */
  String pattern() {
    return " " + words + (prefix ? "" : " ");
  }

  /** How it is named in the verdict log. */
  String name() {
    return category.wireName() + ":" + words + (prefix ? "*" : "");
  }

  boolean singleWord() {
    return words.indexOf(' ') < 0;
  }
}
