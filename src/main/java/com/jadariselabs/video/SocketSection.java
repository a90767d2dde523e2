package com.jadariselabs.video;

/**
 * Limits of the realtime door.
 *
 * @param perUser sockets that one user may hold on this instance
 * @param subscriptionsPerSocket subscriptions that one socket may hold
 */
public record SocketSection(int perUser, int subscriptionsPerSocket) {

  /** Checks each bound. */
  public SocketSection {
    if (perUser < 1) {
      throw new IllegalArgumentException("perUser must be at least 1, not " + perUser);
    }
    if (subscriptionsPerSocket < 1) {
      throw new IllegalArgumentException(
          "subscriptionsPerSocket must be at least 1, not " + subscriptionsPerSocket);
    }
  }
}
