package com.jadariselabs.video.auth;

import java.util.function.Consumer;

/**
 * Tells all instances at once. A message may be lost: nothing may depend on it but speed. Neither
 * method throws when the channel is away.
 */
public interface Announcer {

  /** Tells every listening instance, perhaps this one too; returns without waiting. */
  void publish(String message);

  /** Calls the listener with each message, on a thread of the channel's. */
  void listen(Consumer<String> listener);

  /** Tells nobody: for a single instance, and for commands. */
  static Announcer silent() {
    return new Announcer() {
      @Override
      public void publish(String message) {}

      @Override
      public void listen(Consumer<String> listener) {}
    };
  }
}
