package com.jadariselabs.video.storage.supabase;

import java.time.Duration;

/**
 * How long the service is waited for.
 *
 * @param connect for a connection
 * @param read for the next byte
 * @param call for one whole request, a piece of a large file included
 * @param store for a whole file
 * @param sign for a signed URL, which somebody waits for
 * @param pause before the first repetition; each further one doubles it
 * @param rest for how long no URL is asked for after that failed
 */
record Patience(
    Duration connect,
    Duration read,
    Duration call,
    Duration store,
    Duration sign,
    Duration pause,
    Duration rest) {

  static Patience standard() {
    return new Patience(
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(2),
        Duration.ofMinutes(15),
        Duration.ofSeconds(3),
        Duration.ofMillis(200),
        Duration.ofSeconds(5));
  }
}
