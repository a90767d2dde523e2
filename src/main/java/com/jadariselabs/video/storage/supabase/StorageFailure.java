package com.jadariselabs.video.storage.supabase;

import java.io.IOException;

/** A call that failed. */
final class StorageFailure extends IOException {
  private static final long serialVersionUID = 1;
  static final int NO_ANSWER = 0;

  private final int status;
  private final boolean passing;

  /**
   * A failure.
   *
   * @param status as answered, or {@link #NO_ANSWER}
   * @param passing whether the same call may succeed in a moment
   */
  StorageFailure(String message, int status, boolean passing) {
    super(message);
    this.status = status;
    this.passing = passing;
  }

  int status() {
    return status;
  }

  boolean passing() {
    return passing;
  }
}
