package com.jadariselabs.video.moderation;

/** What moderation says about a text or a picture. */
public sealed interface Verdict {

  /** Nothing against it. */
  record Allowed() implements Verdict {}

  /**
   * Not to be made.
   *
   * @param category why
   * @param rule which rule of the lists, or what the moderation API found; for admins, never for
   *     the caller
   */
  record Rejected(Category category, String rule) implements Verdict {

    /** Points of reputation that it costs, 5 to 25. */
    public int points() {
      return category.points();
    }
  }

  /** Nobody knows: the moderation API does not answer, and nothing is accepted without it. */
  record Unknown() implements Verdict {}
}
