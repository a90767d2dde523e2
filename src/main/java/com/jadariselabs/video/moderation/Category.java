package com.jadariselabs.video.moderation;

import java.util.Locale;
import java.util.Optional;

/** Why a text is rejected, and how many points of reputation that costs. */
public enum Category {
  OTHER(5),
  SEXUAL(5),
  DRUGS(10),
  GORE(10),
  HARASSMENT(10),
  VIOLENCE(10),
  SELF_HARM(10),
  HATE(15),
  ILLICIT(15),
  WEAPONS(20),
  SEXUAL_VIOLENCE(20),
  TERRORISM(20),
  MINORS(25);

  private final int points;
  private final String wireName = name().toLowerCase(Locale.ROOT);

  Category(int points) {
    this.points = points;
  }

  /** Points of reputation, 5 to 25. */
  public int points() {
    return points;
  }

  /** The name in lists, rows and the admins' answers. */
  public String wireName() {
    return wireName;
  }

  static Optional<Category> of(String wireName) {
    for (Category category : values()) {
      if (category.wireName().equals(wireName)) {
        return Optional.of(category);
      }
    }
    return Optional.empty();
  }
}
