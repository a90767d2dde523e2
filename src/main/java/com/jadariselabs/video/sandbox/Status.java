package com.jadariselabs.video.sandbox;

import java.util.Locale;

/** A prediction's status, by Replicate's names. */
enum Status {
  STARTING,
  PROCESSING,
  SUCCEEDED,
  FAILED,
  CANCELED,
  ABORTED;

  boolean isTerminal() {
    return this != STARTING && this != PROCESSING;
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
