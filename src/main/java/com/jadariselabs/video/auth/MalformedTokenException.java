package com.jadariselabs.video.auth;

/** A token that does not hold, and why; never leaves the room. */
final class MalformedTokenException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedTokenException(String reason) {
    // No stack trace: a refusal must be as cheap as an admission.
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
