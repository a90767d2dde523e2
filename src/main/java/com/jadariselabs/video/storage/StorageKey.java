package com.jadariselabs.video.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a stored file. Made by the server alone and of such parts that no path can leave the
 * directory of its generation.
 */
public record StorageKey(String generationId, String fence, String fileName) {
  private static final int WEBM_MAGIC = 0x1A45DFA3;
  private static final Pattern FORM =
      Pattern.compile(
          "(gen_[A-Za-z0-9]{1,64})/([A-Za-z0-9_-]{1,64})/(video\\.mp4|video\\.webm|poster\\.jpg"
              + "|start\\.(?:jpg|png|webp))");

  /** Checks the form. */
  public StorageKey {
    String key = generationId + "/" + fence + "/" + fileName;
    if (!FORM.matcher(key).matches()) {
      throw new IllegalArgumentException("no storage key can be made of this");
    }
  }

  /**
   * The key of a new file.
   *
   * @param file tells by its first bytes whether a video is a WebM
   * @throws IllegalArgumentException for an id or fence of another form
   */
  public static StorageKey of(String generationId, String fence, Kind kind, Path file)
      throws IOException {
    String name = kind == Kind.VIDEO && isWebm(file) ? "video.webm" : kind.fileName();
    return new StorageKey(generationId, fence, name);
  }

  /** Reads a key; empty for what is none. */
  public static Optional<StorageKey> parse(String key) {
    Matcher matcher = FORM.matcher(key);
    return matcher.matches()
        ? Optional.of(new StorageKey(matcher.group(1), matcher.group(2), matcher.group(3)))
        : Optional.empty();
  }

  /** The media type of what is behind it. */
  public String contentType() {
    return switch (fileName) {
      case "video.mp4" -> "video/mp4";
      case "video.webm" -> "video/webm";
      case "start.png" -> "image/png";
      case "start.webp" -> "image/webp";
      default -> "image/jpeg";
    };
  }

  @Override
  public String toString() {
    return generationId + "/" + fence + "/" + fileName;
  }

  private static boolean isWebm(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      ByteBuffer head = ByteBuffer.allocate(4);
      while (head.hasRemaining() && in.read(head) >= 0) {
        // Reads on: a channel may return less than asked.
      }
      return !head.hasRemaining() && head.getInt(0) == WEBM_MAGIC;
    }
  }
}
