package com.jadariselabs.video.api;

/**
 * A text that somebody wrote for a model: cleaned of markup, or refused. A text without tags stays
 * exactly as it was written but for white space around it.
 */
sealed interface PromptText {

  /** Beyond this a text is too long whatever its markup, and is not parsed at all. */
  int LONGEST_WITH_MARKUP = 20_000;

  /** Nobody encodes an encoding thrice by mistake. */
  int MOST_ENCODINGS = 3;

  /**
   * Fit for use.
   *
   * @param text 1 to the limit's number of code points, without markup
   * @param decoded the same with HTML character references decoded, also doubly encoded ones, for
   *     moderation's eyes
   */
  record Accepted(String text, String decoded) implements PromptText {}

  /**
   * Not fit for use.
   *
   * @param message why, for the caller
   */
  record Refused(String message) implements PromptText {}

  /**
   * Cleans and checks.
   *
   * @param raw as it came
   * @param most code points that it may have once cleaned
   */
  static PromptText of(String raw, int most) {
    String problem = Characters.problem(raw);
    if (problem != null) {
      return new Refused(problem);
    }
    String written = Characters.trimmed(raw);
    if (written.length() > LONGEST_WITH_MARKUP) {
      return new Refused(tooLong(most));
    }
    String text = Markup.removed(written);
    if (text == null) {
      return new Refused("must not hold markup that becomes new markup when it is removed");
    }
    String trimmed = Characters.trimmed(text);
    if (trimmed.isEmpty()) {
      return new Refused("must not be empty");
    }
    if (trimmed.codePointCount(0, trimmed.length()) > most) {
      return new Refused(tooLong(most));
    }
    problem = Characters.problem(trimmed);
    return problem == null ? new Accepted(trimmed, wholly(trimmed)) : new Refused(problem);
  }

  private static String wholly(String text) {
    String decoded = text;
    for (int i = 0; i < MOST_ENCODINGS; i++) {
      decoded = Markup.decoded(decoded);
    }
    return decoded;
  }

  private static String tooLong(int most) {
    return "must be at most " + most + " characters long";
  }
}
