package com.jadariselabs.video.webhook;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why there was no answer, in words of a fixed list: messages may quote addresses. */
final class Failures {
  private Failures() {}

  /** {@code timeout}, {@code connection_refused}, {@code unresolved}, … */
  static String kind(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String kind = known(cause);
      if (kind != null) {
        return kind;
      }
    }
    return "no_answer";
  }

  private static @Nullable String known(Throwable cause) {
    if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException) {
      return "timeout";
    }
    if (cause instanceof ConnectException) {
      return "connection_refused";
    }
    if (cause instanceof UnknownHostException) {
      return "unresolved";
    }
    if (cause instanceof SSLException) {
      return "tls";
    }
    if (cause instanceof EOFException) {
      return "connection_closed";
    }
    return cause.getClass().getSimpleName().equals("PrivateAddressException")
        ? "refused_address"
        : null;
  }
}
