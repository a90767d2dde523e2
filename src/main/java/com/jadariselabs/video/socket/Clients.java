package com.jadariselabs.video.socket;

import com.jadariselabs.video.auth.Caller;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Everybody connected to this instance, and who must leave. Thread-safe. */
final class Clients {
  private static final long REMEMBERED_NANOS = 60_000_000_000L;

  private final Set<Client> clients = ConcurrentHashMap.newKeySet();
  private final Map<Predicate<Caller>, Long> revocations = new ConcurrentHashMap<>();
  private volatile @Nullable Farewell closed;

  /** Takes a client in; closes it at once when it must not stay. */
  void add(Client client) {
    clients.add(client);
    Farewell ended = closed;
    if (ended != null) {
      client.close(ended);
    }
    // Its token was checked before; its session may have been revoked in between.
    revocations.forEach(
        (whom, atNanos) -> {
          if (whom.test(client.caller()) && atNanos - client.admittedAtNanos() >= 0) {
            client.close(Farewell.UNAUTHORIZED);
          }
        });
  }

  void remove(Client client) {
    clients.remove(client);
  }

  /** Closes those, and who of them is just coming in. */
  void revoke(Predicate<Caller> whom) {
    long now = System.nanoTime();
    revocations.values().removeIf(atNanos -> now - atNanos > REMEMBERED_NANOS);
    revocations.put(whom, now);
    clients.forEach(
        client -> {
          if (whom.test(client.caller())) {
            client.close(Farewell.UNAUTHORIZED);
          }
        });
  }

  /** Closes all, and whoever comes from now on. */
  void closeAll(Farewell farewell) {
    closed = farewell;
    clients.forEach(client -> client.close(farewell));
  }

  void forEach(Consumer<Client> action) {
    clients.forEach(action);
  }

  boolean empty() {
    return clients.isEmpty();
  }
}
