package com.jadariselabs.video.socket;

import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.EventListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Who follows what: by generation and by user. Thread-safe; telling an event takes no lock but each
 * follower's own.
 */
final class Fanout implements EventListener {
  private final Map<String, Watch> watches = new ConcurrentHashMap<>();
  private final Map<String, Set<Following>> users = new ConcurrentHashMap<>();
  private final Runnable onRelayRestored;

  /** That runs when events of other instances may have been lost; it must be quick. */
  Fanout(Runnable onRelayRestored) {
    this.onRelayRestored = onRelayRestored;
  }

  @Override
  public void onEvent(EncodedEvent event) {
    Set<Following> all = users.get(event.event().userId());
    if (all != null) {
      all.forEach(follower -> follower.deliver(event));
    }
    Watch watch = watches.get(event.generationId());
    if (watch != null) {
      watch.heard(event, System.nanoTime());
      watch.followers.forEach(follower -> follower.deliver(event));
    }
  }

  @Override
  public void relayRestored() {
    onRelayRestored.run();
  }

  void watch(String generationId, Following follower) {
    long now = System.nanoTime();
    watches.compute(
        generationId,
        (id, present) -> {
          Watch watch = present == null ? new Watch(now) : present;
          watch.followers.add(follower);
          return watch;
        });
  }

  void unwatch(String generationId, Following follower) {
    watches.computeIfPresent(
        generationId,
        (id, watch) -> {
          watch.followers.remove(follower);
          return watch.followers.isEmpty() ? null : watch;
        });
  }

  void watchUser(String userId, Following follower) {
    users.compute(
        userId,
        (id, present) -> {
          Set<Following> all = present == null ? ConcurrentHashMap.newKeySet(2) : present;
          all.add(follower);
          return all;
        });
  }

  void unwatchUser(String userId, Following follower) {
    users.computeIfPresent(
        userId,
        (id, all) -> {
          all.remove(follower);
          return all.isEmpty() ? null : all;
        });
  }

  /** Whether somebody here watches this generation, or all of its owner's. */
  boolean watches(String generationId, String userId) {
    return watches.containsKey(generationId) || users.containsKey(userId);
  }

  /** What the database says of a watched generation. */
  void known(String generationId, long seq, boolean terminal) {
    Watch watch = watches.get(generationId);
    if (watch != null) {
      watch.known(seq, terminal, System.nanoTime());
    }
  }

  void forEachWatch(BiConsumer<String, Watch> action) {
    watches.forEach(action);
  }

  void forEachUser(BiConsumer<String, Set<Following>> action) {
    users.forEach(action);
  }
}
