package com.jadariselabs.video.testing;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/** A user's web server with a picture, which it may show or not; and pictures. */
public final class Pictures implements AutoCloseable {
  private final AtomicInteger asked = new AtomicInteger();
  private final ServletHost host;
  private volatile byte[] shown = png(32, 20);
  private volatile int status = 200;

  /** Shows a small PNG. */
  public Pictures() throws Exception {
    this.host = new ServletHost(new Showing(), "/*");
  }

  /** Where the picture is. */
  public String url() {
    return host.url() + "/lion";
  }

  /** Shows this from now on. */
  public Pictures shows(byte[] bytes) {
    shown = bytes.clone();
    return this;
  }

  /** Answers with this status from now on. */
  public Pictures answers(int newStatus) {
    status = newStatus;
    return this;
  }

  /** How often it was asked. */
  public int asked() {
    return asked.get();
  }

  @Override
  public void close() throws Exception {
    host.close();
  }

  /** A PNG of one colour. */
  public static byte[] png(int width, int height) {
    return written(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png");
  }

  /** A JPEG of noise, about as many bytes as pixels. */
  public static byte[] noise(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return written(image, "jpg");
  }

  private static byte[] written(BufferedImage image, String format) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, format, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Showing extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      asked.incrementAndGet();
      response.setStatus(status);
      response.setHeader("Location", "/lion");
      response.setContentType("text/html");
      response.getOutputStream().write(shown);
    }
  }
}
