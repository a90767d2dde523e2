package com.jadariselabs.video.sandbox;

import java.util.Locale;

/** How a prediction misbehaves because its prompt asks for it; see the package's description. */
enum Marker {
  NONE(""),
  FAIL("[[fail]]"),
  FAIL_ONCE("[[fail-once]]"),
  NSFW("[[nsfw]]"),
  HANG("[[hang]]"),
  SLOW("[[slow]]"),
  HTML("[[html]]"),
  TRUNCATED("[[truncated]]"),
  GONE("[[gone]]");

  private final String text;

  Marker(String text) {
    this.text = text;
  }

  static Marker of(String prompt) {
    String lower = prompt.toLowerCase(Locale.ROOT);
    for (Marker marker : values()) {
      if (marker != NONE && lower.contains(marker.text)) {
        return marker;
      }
    }
    return NONE;
  }

  /** The message of a prediction that fails so. */
  String error() {
    return this == NSFW
        ? "The input or output was flagged as sensitive. Please try again with different inputs."
            + " (E005)"
        : "Prediction failed: the model ran out of memory (E1001)";
  }
}
