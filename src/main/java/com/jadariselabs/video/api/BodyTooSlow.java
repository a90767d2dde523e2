package com.jadariselabs.video.api;

import java.io.IOException;

/** A body still had not arrived when it should have. */
final class BodyTooSlow extends IOException {
  private static final long serialVersionUID = 1L;

  BodyTooSlow() {
    super("The body took too long to arrive");
  }
}
