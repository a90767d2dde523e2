package com.jadariselabs.video.command;

/** The command ends here, and this is why, in words for whoever typed it. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
