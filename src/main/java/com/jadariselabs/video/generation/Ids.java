package com.jadariselabs.video.generation;

import java.security.SecureRandom;
import java.time.Clock;

/**
 * Makes ids: the time in base 36, so that new rows are neighbours in the index, then 70 random bits
 * so that nobody guesses one. Thread-safe.
 */
final class Ids {
  private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final int RANDOM_LENGTH = 14;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  Ids(Clock clock) {
    this.clock = clock;
  }

  /** The part that {@code gen_…} and {@code job_…} share. */
  String next() {
    StringBuilder id = new StringBuilder(24).append(Long.toString(clock.millis(), 36));
    byte[] bytes = new byte[RANDOM_LENGTH];
    random.nextBytes(bytes);
    for (byte b : bytes) {
      id.append(ALPHABET.charAt((b & 0xff) % ALPHABET.length()));
    }
    return id.toString();
  }
}
