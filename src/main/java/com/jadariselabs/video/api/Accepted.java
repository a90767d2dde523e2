package com.jadariselabs.video.api;

import java.util.Locale;

/** What an {@code Accept} header takes (RFC 9110, section 12.5.1). */
final class Accepted {
  private Accepted() {}

  /** Whether it takes {@code application/json}: the most specific range that fits it decides. */
  static boolean json(String accept) {
    boolean takes = false;
    int closest = -1;
    for (String range : accept.split(",")) {
      String[] parts = range.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*");
      int close =
          switch (parts[0]) {
            case "application/json" -> 2;
            case "application/*" -> 1;
            case "*/*" -> 0;
            default -> -1;
          };
      if (close >= 0 && close >= closest) {
        takes = wanted(parts) || (close == closest && takes);
        closest = close;
      }
    }
    return takes;
  }

  /** A weight of zero means: not this. */
  private static boolean wanted(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].matches("q\\s*=\\s*0(\\.0*)?")) {
        return false;
      }
    }
    return true;
  }
}
