package com.jadariselabs.video.sandbox;

import java.util.Locale;

/** What a model that shows its steps with tqdm would have printed. */
final class ProgressLog {
  private static final int STEPS = 50;
  private static final int STEPS_PER_LINE = 2;
  private static final int BAR = 10;
  private static final String[] EIGHTHS = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

  private ProgressLog() {}

  /**
   * The lines up to this point.
   *
   * @param done from 0 to 1
   * @param seconds since the start
   */
  static String upTo(double done, double seconds, long seed) {
    int step = (int) Math.floor(Math.min(1, Math.max(0, done)) * STEPS + 1e-9);
    StringBuilder log = new StringBuilder("Using seed: ").append(seed).append('\n');
    for (int i = 0; i < step; i += STEPS_PER_LINE) {
      line(log, i, seconds * i / Math.max(1, step));
    }
    line(log, step, seconds);
    return log.toString();
  }

  private static void line(StringBuilder log, int step, double seconds) {
    double rate = seconds > 0 ? step / seconds : 0;
    String left = rate > 0 ? clock((STEPS - step) / rate) : "?";
    String speed = rate > 0 ? String.format(Locale.ROOT, "%.1f", rate) : "?";
    log.append(
        String.format(
            Locale.ROOT,
            "%3d%%|%s| %d/%d [%s<%s, %sit/s]\n",
            step * 100 / STEPS,
            bar(step),
            step,
            STEPS,
            clock(seconds),
            left,
            speed));
  }

  private static String bar(int step) {
    int eighths = step * BAR * 8 / STEPS;
    String bar = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
    return bar + " ".repeat(BAR - bar.length());
  }

  private static String clock(double seconds) {
    long whole = (long) seconds;
    return String.format(Locale.ROOT, "%02d:%02d", whole / 60, whole % 60);
  }
}
