package com.jadariselabs.video.moderation;

/** What moderation says about a text. */
public sealed interface Verdict {

  /** Nothing against it. */
  record Allowed() implements Verdict {}

  /**
   * Not to be made.
   *
   * @param category why
   * @param rule which rule of the lists; for admins, never for the caller
   */
  record Rejected(Category category, String rule) implements Verdict {

    /** Points of reputation that it costs, 5 to 25. */
    public int points() {
      return category.points();
    }
  }
}
