package com.jadariselabs.video.image;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a file's own frame says of it: ISO 10918 (JPEG), PNG (ISO 15948), or WebP (RFC 9649).
 * Nothing is decoded, so that no small file can unfold into a large one here.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 */
record Picture(Type type, int width, int height) {

  /** Formats that models read. */
  enum Type {
    JPEG,
    PNG,
    WEBP
  }

  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int IHDR = 0x49484452;
  private static final int IEND = 0x49454E44;
  private static final int CHECK_SUM = 4;
  private static final int RIFF = 0x52494646;
  private static final int MOST_SEGMENTS = 1_000;

  long pixels() {
    return (long) width * height;
  }

  /** The picture; empty where the file is none, or its header is broken, or its end is missing. */
  static Optional<Picture> of(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(raw))) {
      int magic = in.readInt();
      if (magic >>> 8 == 0xFFD8FF) {
        return jpeg(in, magic & 0xFF);
      }
      if (magic == (int) (PNG_SIGNATURE >>> 32)) {
        return png(in);
      }
      return magic == RIFF ? webp(in, Files.size(file)) : Optional.empty();
    } catch (EOFException e) {
      return Optional.empty();
    }
  }

  private static Optional<Picture> png(DataInputStream in) throws IOException {
    boolean begun =
        in.readInt() == (int) PNG_SIGNATURE && in.readInt() == 13 && in.readInt() == IHDR;
    if (!begun) {
      return Optional.empty();
    }
    Optional<Picture> sized = sized(Type.PNG, in.readInt(), in.readInt());
    in.skipNBytes(13 - 8 + CHECK_SUM);
    for (long length = in.readInt(); in.readInt() != IEND; length = in.readInt()) {
      if (length < 0) {
        return Optional.empty();
      }
      in.skipNBytes(length + CHECK_SUM);
    }
    in.skipNBytes(CHECK_SUM);
    return sized;
  }

  /** Goes from segment to segment until the frame's; its marker was read with the signature. */
  private static Optional<Picture> jpeg(DataInputStream in, int firstMarker) throws IOException {
    int marker = firstMarker;
    for (int i = 0; i < MOST_SEGMENTS; i++) {
      boolean startOfScan = marker == 0xDA || marker == 0xD9;
      if (startOfScan || marker < 0xC0) {
        return Optional.empty();
      }
      int length = in.readUnsignedShort();
      boolean frame = marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
      if (frame) {
        in.readUnsignedByte();
        int height = in.readUnsignedShort();
        Optional<Picture> sized = sized(Type.JPEG, in.readUnsignedShort(), height);
        in.skipNBytes(Math.max(0, length - 7));
        skipToEnd(in);
        return sized;
      }
      in.skipNBytes(Math.max(0, length - 2));
      if (in.readUnsignedByte() != 0xFF) {
        return Optional.empty();
      }
      marker = in.readUnsignedByte();
      while (marker == 0xFF) {
        marker = in.readUnsignedByte();
      }
    }
    return Optional.empty();
  }

  /** To the marker that ends the image; in what is coded such a pair of bytes never stands. */
  private static void skipToEnd(DataInputStream in) throws IOException {
    int before = 0;
    int now = in.readUnsignedByte();
    while (before != 0xFF || now != 0xD9) {
      before = now;
      now = in.readUnsignedByte();
    }
  }

  private static Optional<Picture> webp(DataInputStream in, long fileBytes) throws IOException {
    if (Integer.toUnsignedLong(little(in, 4)) + 8 > fileBytes) {
      return Optional.empty();
    }
    if (!fourLetters(in).equals("WEBP")) {
      return Optional.empty();
    }
    String chunk = fourLetters(in);
    in.readInt();
    return switch (chunk) {
      case "VP8 " -> lossy(in);
      case "VP8L" -> lossless(in);
      case "VP8X" -> {
        in.readInt();
        yield sized(Type.WEBP, 1 + little(in, 3), 1 + little(in, 3));
      }
      default -> Optional.empty();
    };
  }

  private static Optional<Picture> lossy(DataInputStream in) throws IOException {
    in.skipNBytes(3);
    boolean start =
        in.readUnsignedByte() == 0x9D
            && in.readUnsignedByte() == 0x01
            && in.readUnsignedByte() == 0x2A;
    return start
        ? sized(Type.WEBP, little(in, 2) & 0x3FFF, little(in, 2) & 0x3FFF)
        : Optional.empty();
  }

  private static Optional<Picture> lossless(DataInputStream in) throws IOException {
    if (in.readUnsignedByte() != 0x2F) {
      return Optional.empty();
    }
    int bits = little(in, 4);
    return sized(Type.WEBP, 1 + (bits & 0x3FFF), 1 + ((bits >>> 14) & 0x3FFF));
  }

  private static Optional<Picture> sized(Type type, int width, int height) {
    return width > 0 && height > 0
        ? Optional.of(new Picture(type, width, height))
        : Optional.empty();
  }

  private static String fourLetters(DataInputStream in) throws IOException {
    byte[] letters = new byte[4];
    in.readFully(letters);
    return new String(letters, StandardCharsets.US_ASCII);
  }

  private static int little(DataInputStream in, int bytes) throws IOException {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= in.readUnsignedByte() << (8 * i);
    }
    return value;
  }
}
