package com.jadariselabs.video.storage;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a stored file. Made by the server alone and of such parts that no path can leave the
 * directory of its generation.
 */
record StorageKey(String generationId, String fence, String fileName) {
  private static final Pattern FORM =
      Pattern.compile(
          "(gen_[A-Za-z0-9]{1,64})/([A-Za-z0-9_-]{1,64})/(video\\.mp4|video\\.webm|poster\\.jpg)");

  StorageKey {
    String key = generationId + "/" + fence + "/" + fileName;
    if (!FORM.matcher(key).matches()) {
      throw new IllegalArgumentException("no storage key can be made of this");
    }
  }

  static Optional<StorageKey> parse(String key) {
    Matcher matcher = FORM.matcher(key);
    return matcher.matches()
        ? Optional.of(new StorageKey(matcher.group(1), matcher.group(2), matcher.group(3)))
        : Optional.empty();
  }

  String contentType() {
    return switch (fileName) {
      case "video.mp4" -> "video/mp4";
      case "video.webm" -> "video/webm";
      default -> "image/jpeg";
    };
  }

  @Override
  public String toString() {
    return generationId + "/" + fence + "/" + fileName;
  }
}
