package com.jadariselabs.video.media;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the index of an MP4 ({@code moov}) before its samples ({@code mdat}), so that a player needs
 * one request instead of three before it shows the first frame. The samples are streamed; only the
 * index is held in memory.
 */
final class FastStart {
  private static final long LARGEST_INDEX = 64L << 20;

  /** Boxes on the way from {@code moov} to the tables of chunk offsets. */
  private static final Set<String> ON_THE_WAY = Set.of("trak", "mdia", "minf", "stbl");

  /**
   * Relocates, by a new file that takes the old one's place in one step. Leaves alone what already
   * starts fast, what is fragmented, has a compressed index, or passes 4 GiB by the move where its
   * table has 32 bits.
   *
   * @throws IOException when the file cannot be read or written; it is then as it was
   */
  void relocate(Path mp4) throws IOException {
    Path moved = mp4.resolveSibling("." + mp4.getFileName() + ".faststart");
    boolean written;
    try (FileChannel in = FileChannel.open(mp4)) {
      written = relocate(in, moved);
      if (written) {
        Files.move(moved, mp4, ATOMIC_MOVE);
      }
    } finally {
      Files.deleteIfExists(moved);
    }
  }

  private static boolean relocate(FileChannel in, Path target) throws IOException {
    List<Box> boxes = Box.topLevel(in);
    Box moov = find(boxes, "moov");
    Box mdat = find(boxes, "mdat");
    if (moov == null
        || mdat == null
        || moov.start() < mdat.start()
        || moov.size() > LARGEST_INDEX
        || moov.end() > in.size()
        || find(boxes, "moof") != null) {
      return false;
    }
    Box first = boxes.get(0);
    long insertAt = first.type().equals("ftyp") ? first.end() : 0;
    ByteBuffer index = Box.read(in, moov.start(), (int) moov.size());
    if (first.start() == moov.start() || !shift(index, moov, insertAt)) {
      return false;
    }
    try (FileChannel out =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      copy(in, 0, insertAt, out);
      while (index.hasRemaining()) {
        out.write(index);
      }
      copy(in, insertAt, moov.start(), out);
      copy(in, moov.end(), in.size(), out);
      return out.size() == in.size();
    }
  }

  /** Adds the index's size to every chunk offset that it pushes back; false where that fails. */
  private static boolean shift(ByteBuffer index, Box moov, long insertAt) {
    return shiftWithin(index, moov.header(), index.limit(), moov, insertAt);
  }

  private static boolean shiftWithin(ByteBuffer index, int from, int to, Box moov, long insertAt) {
    for (Box box : Box.within(index, from, to)) {
      int body = (int) box.start() + box.header();
      int end = (int) box.end();
      boolean done =
          switch (box.type()) {
            case "cmov" -> false;
            case "stco" -> shiftTable(index, body, end, 4, moov, insertAt);
            case "co64" -> shiftTable(index, body, end, 8, moov, insertAt);
            default ->
                !ON_THE_WAY.contains(box.type()) || shiftWithin(index, body, end, moov, insertAt);
          };
      if (!done) {
        return false;
      }
    }
    return true;
  }

  private static boolean shiftTable(
      ByteBuffer index, int body, int end, int width, Box moov, long insertAt) {
    if (end - body < 8) {
      return false;
    }
    long count = Integer.toUnsignedLong(index.getInt(body + 4));
    if (body + 8 + count * width > end) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      int at = body + 8 + i * width;
      long offset = width == 4 ? Integer.toUnsignedLong(index.getInt(at)) : index.getLong(at);
      boolean pushed = offset >= insertAt && offset < moov.start();
      long shifted = pushed ? offset + moov.size() : offset;
      if (width == 8) {
        index.putLong(at, shifted);
      } else if (shifted <= 0xFFFF_FFFFL) {
        index.putInt(at, (int) shifted);
      } else {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Box find(List<Box> boxes, String type) {
    for (Box box : boxes) {
      if (box.type().equals(type)) {
        return box;
      }
    }
    return null;
  }

  private static void copy(FileChannel in, long from, long to, FileChannel out) throws IOException {
    long at = from;
    while (at < to) {
      long copied = in.transferTo(at, to - at, out);
      if (copied <= 0) {
        throw new IOException("the file became shorter while it was copied");
      }
      at += copied;
    }
  }
}
