package com.jadariselabs.video.moderation;

import java.util.Locale;

/** What a verdict is about. */
public enum Subject {
  /** As its user wrote it. */
  PROMPT,
  /** As the model would have read it. */
  ENHANCED_PROMPT,
  /** A start image. */
  IMAGE;

  /** The name in rows and the admins' answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
