package com.jadariselabs.video.generation;

import java.util.Locale;

/** Where a generation stands. */
public enum Status {
  QUEUED,
  PROCESSING,
  COMPLETED,
  FAILED,
  CANCELLED;

  /** Whether it stays so. */
  public boolean terminal() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }

  /** The name in the database and to clients, in lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status of a wire name. */
  public static Status of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
