package com.jadariselabs.video.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a probe from the index of an MP4 or MOV, whatever its codec. Every position is checked
 * against the box around it: the file comes from elsewhere.
 */
final class MovieHeader {
  private static final long LARGEST_INDEX = 64L << 20;
  private static final int LONGEST_SECONDS = 24 * 3600;

  /** What the index says; {@link Probe#UNKNOWN} for a file without one. */
  Probe read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      for (Box box : Box.topLevel(channel)) {
        if (box.type().equals("moov")
            && box.size() <= LARGEST_INDEX
            && box.end() <= channel.size()) {
          ByteBuffer index = Box.read(channel, box.start(), (int) box.size());
          return probe(index, Box.within(index, box.header(), index.limit()));
        }
      }
    }
    return Probe.UNKNOWN;
  }

  private static Probe probe(ByteBuffer index, List<Box> boxes) {
    Double seconds = null;
    for (Box box : boxes) {
      if (box.type().equals("mvhd")) {
        seconds = seconds(index, box);
      }
    }
    for (Box box : boxes) {
      if (box.type().equals("trak")) {
        Box description = pictureDescription(index, box);
        if (description != null) {
          return picture(index, description, seconds);
        }
      }
    }
    return new Probe(seconds, null, null, null);
  }

  private static @Nullable Double seconds(ByteBuffer index, Box mvhd) {
    int body = (int) mvhd.start() + mvhd.header();
    int length = (int) mvhd.end() - body;
    boolean wide = length > 0 && index.get(body) == 1;
    if (length < (wide ? 32 : 20)) {
      return null;
    }
    long scale = Integer.toUnsignedLong(index.getInt(body + (wide ? 20 : 12)));
    long duration =
        wide ? index.getLong(body + 24) : Integer.toUnsignedLong(index.getInt(body + 16));
    double seconds = scale == 0 ? 0 : (double) duration / scale;
    return seconds > 0 && seconds <= LONGEST_SECONDS ? seconds : null;
  }

  /** The sample description of this track, if it is a track of pictures. */
  private static @Nullable Box pictureDescription(ByteBuffer index, Box trak) {
    Box mdia = child(index, trak, "mdia");
    Box hdlr = mdia == null ? null : child(index, mdia, "hdlr");
    if (mdia == null || hdlr == null || hdlr.size() < hdlr.header() + 12) {
      return null;
    }
    if (!Box.type(index, (int) hdlr.start() + hdlr.header() + 8).equals("vide")) {
      return null;
    }
    Box minf = child(index, mdia, "minf");
    Box stbl = minf == null ? null : child(index, minf, "stbl");
    return stbl == null ? null : child(index, stbl, "stsd");
  }

  private static Probe picture(ByteBuffer index, Box stsd, @Nullable Double seconds) {
    int entry = (int) stsd.start() + stsd.header() + 8;
    if (entry + 36 > stsd.end()) {
      return new Probe(seconds, null, null, null);
    }
    int width = Short.toUnsignedInt(index.getShort(entry + 32));
    int height = Short.toUnsignedInt(index.getShort(entry + 34));
    return new Probe(
        seconds,
        width == 0 ? null : width,
        height == 0 ? null : height,
        codec(Box.type(index, entry + 4)));
  }

  private static @Nullable Box child(ByteBuffer index, Box parent, String type) {
    for (Box box : Box.within(index, (int) parent.start() + parent.header(), (int) parent.end())) {
      if (box.type().equals(type)) {
        return box;
      }
    }
    return null;
  }

  private static String codec(String format) {
    return switch (format) {
      case "avc1", "avc2", "avc3", "avc4" -> "h264";
      case "hvc1", "hev1", "dvh1", "dvhe" -> "hevc";
      case "av01" -> "av1";
      case "vp09" -> "vp9";
      case "vp08" -> "vp8";
      case "mp4v" -> "mpeg4";
      case "apch", "apcn", "apcs", "apco", "ap4h" -> "prores";
      default -> format.strip();
    };
  }
}
