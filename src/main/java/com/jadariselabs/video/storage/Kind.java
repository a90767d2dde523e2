package com.jadariselabs.video.storage;

import java.util.Optional;

/** What a generation has files of. */
public enum Kind {
  VIDEO("video.mp4"),
  POSTER("poster.jpg"),
  START_JPEG("start.jpg"),
  START_PNG("start.png"),
  START_WEBP("start.webp");

  private final String fileName;

  Kind(String fileName) {
    this.fileName = fileName;
  }

  /** The last part of its URL; a WebM goes by {@code video.mp4} there too, with its own type. */
  public String fileName() {
    return fileName;
  }

  /** The kind that goes by this name in a URL. */
  public static Optional<Kind> named(String fileName) {
    for (Kind kind : values()) {
      if (kind.fileName.equals(fileName)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
