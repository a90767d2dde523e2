package com.jadariselabs.video.catalog;

import java.util.Locale;
import java.util.Optional;

/** How much care a model takes, and by what its price is multiplied. */
public enum Quality {
  DRAFT(0.5),
  STANDARD(1),
  HIGH(1.5),
  ULTRA(2);

  private final double factor;

  Quality(double factor) {
    this.factor = factor;
  }

  /** The multiplier of the price. */
  public double factor() {
    return factor;
  }

  /** The name clients see, in lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The quality of this wire name, or empty. */
  public static Optional<Quality> of(String wireName) {
    for (Quality quality : values()) {
      if (quality.wireName().equals(wireName)) {
        return Optional.of(quality);
      }
    }
    return Optional.empty();
  }
}
