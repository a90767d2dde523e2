package com.jadariselabs.video.queue;

import java.util.Locale;

/** The delivery queues, first served first. */
public enum Priority {
  HIGH,
  NORMAL,
  LOW;

  /**
   * The queue's name in Redis, in metrics and to clients: {@code high}, {@code normal}, {@code
   * low}.
   */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
