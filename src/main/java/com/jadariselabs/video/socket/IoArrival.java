package com.jadariselabs.video.socket;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What is kept of the request that began an Engine.IO connection. Thread-safe. */
final class IoArrival {
  private final Credentials shown;
  private final long admittedAtNanos;
  private final Runnable onLeft;
  private final AtomicBoolean left = new AtomicBoolean();
  private volatile @Nullable IoClient client;

  /**
   * Somebody came.
   *
   * @param admittedAtNanos monotonic time when it came
   * @param onLeft runs once, when it is no stranger any more, or gone
   */
  IoArrival(Credentials shown, long admittedAtNanos, Runnable onLeft) {
    this.shown = shown;
    this.admittedAtNanos = admittedAtNanos;
    this.onLeft = onLeft;
  }

  long admittedAtNanos() {
    return admittedAtNanos;
  }

  void became(IoClient connected) {
    client = connected;
  }

  /** What it became; null while it is nobody. */
  @Nullable IoClient client() {
    return client;
  }

  /** All that it shows, with what a client gave as {@code auth}, which counts first. */
  Credentials with(@Nullable JsonNode auth) {
    return new Credentials(
        text(auth, "token"),
        shown.authorization(),
        auth != null && auth.hasNonNull("ticket") ? text(auth, "ticket") : shown.ticket());
  }

  /** Gives a stranger's place back, once. */
  void leave() {
    if (left.compareAndSet(false, true)) {
      onLeft.run();
    }
  }

  private static @Nullable String text(@Nullable JsonNode auth, String name) {
    JsonNode value = auth == null ? null : auth.get(name);
    return value == null || value.isNull() ? null : value.asText();
  }
}
