package com.jadariselabs.video.sandbox;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jcodec.codecs.h264.H264Encoder;
import org.jcodec.codecs.h264.encode.RateControl;
import org.jcodec.codecs.h264.io.model.SliceType;
import org.jcodec.common.Codec;
import org.jcodec.common.MuxerTrack;
import org.jcodec.common.VideoCodecMeta;
import org.jcodec.common.VideoEncoder.EncodedFrame;
import org.jcodec.common.io.NIOUtils;
import org.jcodec.common.io.SeekableByteChannel;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Packet;
import org.jcodec.common.model.Packet.FrameType;
import org.jcodec.common.model.Picture;
import org.jcodec.common.model.Size;
import org.jcodec.containers.mp4.muxer.MP4Muxer;

/**
 * Renders clips as H.264 Baseline in MP4, in Java alone; the index comes last in the file, as with
 * many a provider. About 0.4 CPU-seconds for a second of 640 × 360. Thread-safe.
 */
public final class Renderer {
  private static final int TIME_SCALE = 90_000;
  private static final int KEY_INTERVAL = 32;
  private static final int QUALITY_KEY = 24;
  private static final int QUALITY_BETWEEN = 26;

  private final Lettering lettering;

  /**
   * Loads the font of the titles.
   *
   * @throws IOException when it is not on the class path
   */
  public Renderer() throws IOException {
    this.lettering = Lettering.load();
  }

  /** Told after each frame. */
  @FunctionalInterface
  public interface Progress {
    /** Whether to go on. */
    boolean rendered(int frames);
  }

  /**
   * Renders into a new file.
   *
   * @return false where {@code progress} said to stop; the file is then of no use
   * @throws IOException when the file cannot be written
   */
  public boolean render(Clip clip, Path target, Progress progress) throws IOException {
    try (SeekableByteChannel channel = NIOUtils.writableChannel(target.toFile())) {
      Size size = new Size(clip.width(), clip.height());
      MP4Muxer muxer = MP4Muxer.createMP4MuxerToChannel(channel);
      MuxerTrack track =
          muxer.addVideoTrack(
              Codec.H264, VideoCodecMeta.createSimpleVideoCodecMeta(size, ColorSpace.YUV420J));
      boolean whole = encode(clip, track, progress);
      if (whole) {
        muxer.finish();
      }
      return whole;
    }
  }

  private boolean encode(Clip clip, MuxerTrack track, Progress progress) throws IOException {
    H264Encoder encoder = new H264Encoder(new ConstantQuality());
    encoder.setKeyInterval(KEY_INTERVAL);
    Scene scene = new Scene(clip, lettering);
    BufferedImage image =
        new BufferedImage(clip.width(), clip.height(), BufferedImage.TYPE_INT_RGB);
    Picture picture = Picture.create(clip.width(), clip.height(), ColorSpace.YUV420J);
    ByteBuffer buffer = ByteBuffer.allocate(encoder.estimateBufferSize(picture) * 2);
    long end = Math.round(clip.seconds() * TIME_SCALE);
    long step = TIME_SCALE / clip.framesPerSecond();
    for (int i = 0; i < clip.frames(); i++) {
      Graphics2D graphics = image.createGraphics();
      scene.paint(graphics, (double) i / Math.max(1, clip.frames() - 1));
      graphics.dispose();
      convert(image, picture);
      buffer.clear();
      EncodedFrame frame = encoder.encodeFrame(picture, buffer);
      long at = i * step;
      // The last picture ends when the clip does, not a whole step later.
      long shown = i == clip.frames() - 1 ? Math.max(1, end - at) : step;
      track.addFrame(
          Packet.createPacket(
              // The encoder uses its buffer again.
              NIOUtils.clone(frame.getData()),
              at,
              TIME_SCALE,
              shown,
              i,
              frame.isKeyFrame() ? FrameType.KEY : FrameType.INTER,
              null));
      if (!progress.rendered(i + 1)) {
        return false;
      }
    }
    return true;
  }

  /**
   * BT.601 in its limited range, since the stream says nothing else; JCodec keeps samples as value
   * - 128, and chroma is the mean of 2 × 2 pixels.
   */
  private static void convert(BufferedImage image, Picture picture) {
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    int width = image.getWidth();
    byte[] luma = picture.getPlaneData(0);
    byte[] blue = picture.getPlaneData(1);
    byte[] red = picture.getPlaneData(2);
    for (int y = 0; y < image.getHeight(); y += 2) {
      for (int x = 0; x < width; x += 2) {
        int at = y * width + x;
        int[] square = {at, at + 1, at + width, at + width + 1};
        int r = 0;
        int g = 0;
        int b = 0;
        for (int position : square) {
          int pixel = pixels[position];
          int pr = (pixel >> 16) & 0xFF;
          int pg = (pixel >> 8) & 0xFF;
          int pb = pixel & 0xFF;
          luma[position] = (byte) (((66 * pr + 129 * pg + 25 * pb + 128) >> 8) + 16 - 128);
          r += pr;
          g += pg;
          b += pb;
        }
        int chroma = (y / 2) * (width / 2) + x / 2;
        blue[chroma] = (byte) ((-38 * r - 74 * g + 112 * b + 512) >> 10);
        red[chroma] = (byte) ((112 * r - 94 * g - 18 * b + 512) >> 10);
      }
    }
  }

  /** The same quantiser throughout: quick, and even in looks. */
  private static final class ConstantQuality implements RateControl {
    @Override
    public int startPicture(Size size, int maxSize, SliceType type) {
      return type == SliceType.I ? QUALITY_KEY : QUALITY_BETWEEN;
    }

    @Override
    public int initialQpDelta() {
      return 0;
    }

    @Override
    public int accept(int bits) {
      return 0;
    }
  }
}
