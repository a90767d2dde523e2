package com.jadariselabs.video.replicate;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Progress as a model's logs tell it: the lines of a progress bar, of which the last counts. */
public final class Progress {
  private static final Pattern BAR = Pattern.compile("^\\s*(\\d+)%\\s*\\|.+?\\|\\s*(\\d+)/(\\d+)");

  /** A bar's line is short; a longer one is something else and not worth a pattern's time. */
  private static final int LONGEST_LINE = 500;

  private Progress() {}

  /** From 0 to 100, or empty if no line tells any. Lines end with {@code \n} or {@code \r}. */
  public static OptionalInt of(String logs) {
    int end = logs.length();
    while (end > 0) {
      int start = Math.max(logs.lastIndexOf('\n', end - 1), logs.lastIndexOf('\r', end - 1)) + 1;
      if (end - start <= LONGEST_LINE) {
        Matcher bar = BAR.matcher(logs).region(start, end);
        if (bar.find()) {
          return OptionalInt.of(percent(bar.group(1)));
        }
      }
      end = start - 1;
    }
    return OptionalInt.empty();
  }

  private static int percent(String digits) {
    return digits.length() > 3 ? 100 : Math.min(100, Integer.parseInt(digits));
  }
}
