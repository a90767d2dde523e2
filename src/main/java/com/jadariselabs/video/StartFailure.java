package com.jadariselabs.video;

import com.jadariselabs.video.database.DatabaseException;
import com.jadariselabs.video.embedded.LocalServerException;
import java.net.BindException;

/** What a failed start says on standard error: one sentence, no stack trace. */
final class StartFailure {
  private StartFailure() {}

  /** Whether the reason lies in settings or surroundings, and one sentence says all there is. */
  static boolean expected(Throwable e) {
    return sentenceItself(e) || bind(e);
  }

  /** The sentence. */
  static String sentence(Throwable e) {
    String message = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    if (sentenceItself(e)) {
      return message;
    }
    return bind(e)
        ? "PORT, ADMIN_PORT: " + message
        : "The service did not start: " + e.getClass().getSimpleName() + ": " + message;
  }

  private static boolean sentenceItself(Throwable e) {
    return e instanceof SettingException
        || e instanceof DatabaseException
        || e instanceof LocalServerException;
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
