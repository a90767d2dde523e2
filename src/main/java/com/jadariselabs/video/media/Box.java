package com.jadariselabs.video.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A box of an ISO base media file (ISO/IEC 14496-12, §4.2).
 *
 * @param type four characters
 * @param start offset of its header
 * @param size bytes, header included
 * @param header bytes of its header: 8, or 16 where the size takes 64 bits
 */
record Box(String type, long start, long size, int header) {
  private static final int HEADER = 8;
  private static final int LONG_HEADER = 16;

  /** A long fragmented file has a few thousand; more is an attack on our time. */
  private static final int MOST = 20_000;

  long end() {
    return start + size;
  }

  /**
   * The top-level boxes in the order of the file. Ends at what is no box; the last one may promise
   * more than the file holds.
   */
  static List<Box> topLevel(FileChannel file) throws IOException {
    List<Box> boxes = new ArrayList<>();
    long length = file.size();
    long at = 0;
    while (at + HEADER <= length && boxes.size() < MOST) {
      ByteBuffer head = read(file, at, (int) Math.min(LONG_HEADER, length - at));
      Box box = parse(head, at, length);
      if (box == null) {
        return boxes;
      }
      boxes.add(box);
      at = box.end();
    }
    return boxes;
  }

  /** The boxes that fill this stretch of memory, as positions in the buffer. */
  static List<Box> within(ByteBuffer bytes, int from, int to) {
    List<Box> boxes = new ArrayList<>();
    long at = from;
    while (at + HEADER <= to && boxes.size() < MOST) {
      ByteBuffer head = bytes.duplicate().limit(to).position((int) at).slice();
      Box box = parse(head, at, to);
      if (box == null || box.end() > to) {
        return boxes;
      }
      boxes.add(box);
      at = box.end();
    }
    return boxes;
  }

  /** Exactly this stretch of a file. */
  static ByteBuffer read(FileChannel file, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException("the file ends within a box");
      }
    }
    return bytes.flip();
  }

  private static @Nullable Box parse(ByteBuffer head, long at, long length) {
    long size = Integer.toUnsignedLong(head.getInt(0));
    String type = type(head, 4);
    int header = HEADER;
    if (size == 1 && head.remaining() >= LONG_HEADER) {
      size = head.getLong(HEADER);
      header = LONG_HEADER;
    } else if (size == 0) {
      size = length - at;
    }
    boolean sane = size >= header && size <= Long.MAX_VALUE - at && isPrintable(type);
    return sane ? new Box(type, at, size, header) : null;
  }

  static String type(ByteBuffer bytes, int at) {
    byte[] name = new byte[4];
    bytes.get(bytes.position() + at, name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static boolean isPrintable(String type) {
    return type.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == 0xA9);
  }
}
