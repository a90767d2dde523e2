package com.jadariselabs.video;

import org.jspecify.annotations.Nullable;

/** A setting is wrong; the message is one sentence that says which, and what is expected. */
final class SettingException extends RuntimeException {

  SettingException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
