package com.jadariselabs.video.embedded;

import org.jspecify.annotations.Nullable;

/** An embedded server cannot be run; the message is one sentence for whoever starts the service. */
public final class LocalServerException extends RuntimeException {

  LocalServerException(String sentence) {
    super(sentence);
  }

  LocalServerException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
