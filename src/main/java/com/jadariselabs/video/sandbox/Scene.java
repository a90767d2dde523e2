package com.jadariselabs.video.sandbox;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;

/** A landscape in the light of a low sun, drawn from a hash of prompt and seed. */
final class Scene {
  private static final int RIDGES = 4;
  private static final int WAVES = 3;
  private static final int PARTICLES = 70;
  private static final double ZOOM = 0.12;

  private final Clip clip;
  private final Title title;
  private final float hue;
  private final double sunX;
  private final double sunY;
  private final double[][] phases = new double[RIDGES][WAVES];
  private final double[][] particles = new double[PARTICLES][5];

  Scene(Clip clip, Lettering lettering) {
    this.clip = clip;
    this.title = new Title(lettering, clip.prompt(), clip.width(), clip.height());
    Random random = new Random(hash(clip));
    this.hue = random.nextFloat();
    this.sunX = 0.2 + 0.6 * random.nextDouble();
    this.sunY = 0.25 + 0.2 * random.nextDouble();
    for (double[] ridge : phases) {
      fill(ridge, random);
    }
    for (double[] particle : particles) {
      fill(particle, random);
    }
  }

  /** Paints the picture at this point of the clip, from 0 to 1, over all of the surface. */
  void paint(Graphics2D g, double t) {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    AffineTransform plain = g.getTransform();
    double zoom = 1 + ZOOM * t;
    g.translate(clip.width() / 2.0, clip.height() / 2.0);
    g.scale(zoom, zoom);
    g.translate(-clip.width() / 2.0, -clip.height() / 2.0);
    sky(g, t);
    for (int i = 0; i < RIDGES; i++) {
      ridge(g, i, t);
    }
    float haze = 0.25f;
    for (double[] particle : particles) {
      particle(g, particle, t, haze);
    }
    g.setTransform(plain);
    title.paint(g, t);
  }

  private void sky(Graphics2D g, double t) {
    int width = clip.width();
    int height = clip.height();
    g.setPaint(
        new GradientPaint(
            0, 0, color(hue, 0.7f, 0.3f), 0, height * 0.75f, color(hue + 0.09f, 0.5f, 0.95f)));
    g.fill(new Rectangle2D.Double(0, 0, width, height));
    float x = (float) (sunX * width);
    float y = (float) ((sunY + 0.06 * t) * height);
    float radius = Math.max(width, height) * 0.45f;
    Color core = color(hue + 0.14f, 0.2f, 1f);
    g.setPaint(
        new RadialGradientPaint(
            x,
            y,
            radius,
            new float[] {0f, 0.13f, 0.17f, 1f},
            new Color[] {core, core, faded(core, 120), faded(core, 0)}));
    g.fill(new Rectangle2D.Double(0, 0, width, height));
  }

  private void ridge(Graphics2D g, int i, double t) {
    double width = clip.width();
    double height = clip.height();
    double shift = t * clip.seconds() * (0.012 + 0.022 * i);
    double base = height * (0.52 + 0.12 * i);
    double swing = height * (0.09 - 0.012 * i);
    Path2D path = new Path2D.Double();
    path.moveTo(0, height);
    double step = Math.max(2, width / 160);
    for (double x = 0; x < width + step; x += step) {
      double along = x / width + shift;
      double y = 0;
      for (int wave = 0; wave < WAVES; wave++) {
        double frequency = (1.1 + 0.5 * i) * Math.pow(2.1, wave);
        y += Math.sin(2 * Math.PI * (frequency * along + phases[i][wave])) / Math.pow(1.9, wave);
      }
      path.lineTo(x, base + y * swing);
    }
    path.lineTo(width, height);
    path.closePath();
    g.setPaint(color(hue + 0.03f * (RIDGES - i), 0.45f + 0.1f * i, 0.62f - 0.15f * i));
    g.fill(path);
  }

  private void particle(Graphics2D g, double[] own, double t, float haze) {
    double x = fraction(own[0] + t * clip.seconds() * 0.03 * (own[2] - 0.3)) * clip.width();
    double y = fraction(own[1] - t * clip.seconds() * 0.025 * (0.3 + own[3])) * clip.height();
    double size = Math.min(clip.width(), clip.height()) * (0.004 + 0.008 * own[4]);
    double twinkle = 0.5 + 0.5 * Math.sin(2 * Math.PI * (own[2] + t * clip.seconds() * own[3]));
    g.setColor(faded(color(hue + 0.14f, haze, 1f), (int) (40 + 150 * twinkle)));
    g.fill(new Ellipse2D.Double(x, y, size, size));
  }

  private static Color color(float hue, float saturation, float brightness) {
    return Color.getHSBColor(hue, Math.min(1, saturation), Math.max(0, brightness));
  }

  private static Color faded(Color color, int alpha) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
  }

  private static double fraction(double value) {
    return value - Math.floor(value);
  }

  private static void fill(double[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble();
    }
  }

  private static long hash(Clip clip) {
    try {
      String look = clip.prompt() + "\n" + clip.seed();
      return ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256").digest(look.getBytes(StandardCharsets.UTF_8)))
          .getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
