package com.jadariselabs.video.database;

/** PostgreSQL cannot be used; the message is one sentence for whoever starts the service. */
public final class DatabaseException extends RuntimeException {

  DatabaseException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
