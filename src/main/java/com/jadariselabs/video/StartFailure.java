package com.jadariselabs.video;

import com.jadariselabs.video.database.DatabaseException;
import com.jadariselabs.video.embedded.LocalServerException;
import java.net.BindException;

/** What a failed start says on standard error: one sentence, no stack trace. */
final class StartFailure {
  private StartFailure() {}

  /** Whether the reason lies in settings or surroundings, and its message says all there is. */
  static boolean expected(Throwable e) {
    return e instanceof SettingException
        || e instanceof DatabaseException
        || e instanceof LocalServerException
        || bind(e);
  }

  /** The sentence. */
  static String sentence(Throwable e) {
    String message = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    if (bind(e)) {
      return "PORT, ADMIN_PORT: " + message;
    }
    return expected(e)
        ? message
        : "The service did not start: " + e.getClass().getSimpleName() + ": " + message;
  }

  private static boolean bind(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }
}
