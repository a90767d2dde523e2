package com.jadariselabs.video.media;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.imageio.ImageIO;
import org.jcodec.api.FrameGrab;
import org.jcodec.api.JCodecException;
import org.jcodec.common.io.NIOUtils;
import org.jcodec.common.io.SeekableByteChannel;
import org.jcodec.common.model.Picture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A frame of an H.264 video as a JPEG, decoded in Java. */
final class StillFrame {
  private static final Logger LOG = LoggerFactory.getLogger(StillFrame.class);

  /** A decoder that never ends cannot be killed; so no more than this many are ever about. */
  private static final int DECODERS = 2;

  private final Semaphore decoders = new Semaphore(DECODERS);

  /** Writes the frame at this second; false where the decoder does not manage in time. */
  // Posters give way to everything else.
  @SuppressWarnings("ThreadPriorityCheck")
  boolean write(Path video, double second, Path jpeg, int timeoutMillis) {
    FutureTask<Boolean> task = new FutureTask<>(() -> decode(video, second, jpeg));
    try {
      if (!decoders.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS)) {
        return false;
      }
      Thread thread = new Thread(() -> runAndRelease(task), "still-frame");
      thread.setDaemon(true);
      thread.setPriority(Thread.MIN_PRIORITY);
      thread.start();
      return task.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      LOG.info("no poster: decoding took too long");
    } catch (ExecutionException e) {
      LOG.info("no poster: {}", String.valueOf(e.getCause()));
    }
    task.cancel(true);
    return false;
  }

  private void runAndRelease(FutureTask<Boolean> task) {
    try {
      // Keeps whatever is thrown, errors of the decoder included.
      task.run();
    } finally {
      decoders.release();
    }
  }

  private static boolean decode(Path video, double second, Path jpeg)
      throws IOException, JCodecException {
    try (SeekableByteChannel channel = NIOUtils.readableChannel(video.toFile())) {
      Picture picture =
          FrameGrab.createFrameGrab(channel).seekToSecondPrecise(second).getNativeFrame();
      if (picture == null || Thread.currentThread().isInterrupted()) {
        return false;
      }
      boolean written = ImageIO.write(image(picture.cropped()), "jpeg", jpeg.toFile());
      return written && Files.size(jpeg) > 0;
    }
  }

  /** BT.601 in its limited range, which is what a stream that says nothing else uses. */
  private static BufferedImage image(Picture picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    byte[] luma = picture.getPlaneData(0);
    byte[] blue = picture.getPlaneData(1);
    byte[] red = picture.getPlaneData(2);
    int chromaWidth = picture.getPlaneWidth(1);
    int[] pixels = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        // Samples are kept as value - 128.
        double light = 1.164 * (luma[y * width + x] + 112);
        int chroma = (y / 2) * chromaWidth + x / 2;
        pixels[y * width + x] =
            channel(light + 1.596 * red[chroma]) << 16
                | channel(light - 0.392 * blue[chroma] - 0.813 * red[chroma]) << 8
                | channel(light + 2.017 * blue[chroma]);
      }
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, height, pixels, 0, width);
    return image;
  }

  private static int channel(double value) {
    return Math.max(0, Math.min(255, (int) Math.round(value)));
  }
}
