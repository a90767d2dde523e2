package com.jadariselabs.video.socket;

import java.time.Duration;
import java.util.Set;

/**
 * Limits and paces of the realtime door.
 *
 * @param socketsPerUser at most so many sockets, and as many event streams, of one user here
 * @param subscriptionsPerSocket at most so many subscriptions of one socket
 * @param allowedOrigins browsers' origins, as {@code https://example.com}; where the service is
 *     reached by a loopback name, that very origin is allowed too
 * @param maxMessageBytes a longer message closes the socket with 1009
 * @param maxQueuedBytes what may wait for one reader, before it is closed with 4408
 * @param slowAfter a reader that takes nothing for so long while something waits is closed
 * @param pingEvery between the server's pings; a peer silent for three of them is given up
 * @param heartbeatEvery between an event stream's comments
 * @param lookEvery between looks for what became due
 * @param reconcileAfter a watched generation without an event for so long is looked up, later ever
 *     more seldom
 * @param messagesPerSecond how many messages a socket may send in the long run
 * @param messageBurst and how many at once
 */
public record SocketSettings(
    int socketsPerUser,
    int subscriptionsPerSocket,
    Set<String> allowedOrigins,
    int maxMessageBytes,
    int maxQueuedBytes,
    Duration slowAfter,
    Duration pingEvery,
    Duration heartbeatEvery,
    Duration lookEvery,
    Duration reconcileAfter,
    int messagesPerSecond,
    int messageBurst) {

  /** Copies the origins; refuses what cannot work. */
  public SocketSettings {
    allowedOrigins = Set.copyOf(allowedOrigins);
    if (socketsPerUser < 1 || subscriptionsPerSocket < 1) {
      throw new IllegalArgumentException(
          "SOCKETS_PER_USER and SUBSCRIPTIONS_PER_SOCKET must be at least 1");
    }
  }

  /** The contract's paces with these limits. */
  public static SocketSettings of(
      int socketsPerUser, int subscriptionsPerSocket, Set<String> allowedOrigins) {
    return new SocketSettings(
        socketsPerUser,
        subscriptionsPerSocket,
        allowedOrigins,
        16 * 1024,
        4 * 1024 * 1024,
        Duration.ofSeconds(10),
        Duration.ofSeconds(25),
        Duration.ofSeconds(15),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        100,
        200);
  }
}
