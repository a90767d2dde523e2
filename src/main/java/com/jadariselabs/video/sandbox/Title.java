package com.jadariselabs.video.sandbox;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;

/** The prompt as a title that fades in and out. */
final class Title {
  private static final int MOST_LINES = 3;
  private static final double LARGEST = 0.085;
  private static final double SMALLEST = 0.05;
  private static final double SHRINK = 0.9;
  private static final double FADE = 0.15;
  private static final int MOST_CHARACTERS = 300;

  private final Path2D outline = new Path2D.Double(Path2D.WIND_NON_ZERO);
  private final AffineTransform shadow;

  Title(Lettering lettering, String prompt, int width, int height) {
    double unit = Math.min(width, height);
    double room = width * 0.86;
    String text = shown(prompt);
    double size = unit * LARGEST;
    List<String> lines = wrap(lettering, text, room / size);
    while (lines.size() > MOST_LINES && size > unit * SMALLEST) {
      size *= SHRINK;
      lines = wrap(lettering, text, room / size);
    }
    if (lines.size() > MOST_LINES) {
      lines = new ArrayList<>(lines.subList(0, MOST_LINES));
      lines.set(MOST_LINES - 1, lines.get(MOST_LINES - 1) + "…");
    }
    double y = height * 0.9 - (lines.size() - 1) * size * 1.25;
    for (String line : lines) {
      double x = (width - lettering.width(line) * size) / 2;
      outline.append(lettering.line(line, x, y, size), false);
      y += size * 1.25;
    }
    this.shadow = AffineTransform.getTranslateInstance(unit * 0.004, unit * 0.004);
  }

  /** At this point of the clip, from 0 to 1. */
  void paint(Graphics2D g, double t) {
    double alpha = Math.min(1, Math.min(t / FADE, (1 - t) / FADE) + 0.05);
    g.setColor(new Color(0, 0, 0, (int) (150 * alpha)));
    g.fill(outline.createTransformedShape(shadow));
    g.setColor(new Color(255, 255, 255, (int) (235 * alpha)));
    g.fill(outline);
  }

  private static String shown(String prompt) {
    String text = prompt.replaceAll("\\[\\[[a-z-]+]]", " ").strip().replaceAll("\\s+", " ");
    int end = Math.min(text.codePointCount(0, text.length()), MOST_CHARACTERS);
    return text.substring(0, text.offsetByCodePoints(0, end));
  }

  private static List<String> wrap(Lettering lettering, String text, double room) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.split(" ")) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && lettering.width(longer) > room) {
        lines.add(line);
        line = word;
      } else {
        line = longer;
      }
      while (lettering.width(line) > room && line.codePointCount(0, line.length()) > 1) {
        int cut = fitting(lettering, line, room);
        lines.add(line.substring(0, cut));
        line = line.substring(cut);
      }
    }
    lines.add(line);
    return lines;
  }

  /** How much of a word that is wider than a line goes onto one; at least one character. */
  private static int fitting(Lettering lettering, String word, double room) {
    int end = word.offsetByCodePoints(0, 1);
    while (end < word.length()) {
      int next = word.offsetByCodePoints(end, 1);
      if (lettering.width(word.substring(0, next)) > room) {
        return end;
      }
      end = next;
    }
    return end;
  }
}
