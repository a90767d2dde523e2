package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.storage.Storage;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are stored but not known to be written down: the database may fail between the two,
 * and the lease end meanwhile. Each is looked at again until a row keeps it or nobody can. What a
 * process that dies leaves behind is found by the search for orphans. Thread-safe.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private final Transitions transitions;
  private final Storage storage;
  private final Map<String, Pair> pairs = new ConcurrentHashMap<>();

  Leftovers(Transitions transitions, Storage storage) {
    this.transitions = transitions;
    this.storage = storage;
  }

  /** A video and its poster, stored under the lease that the generation shows. */
  record Pair(Generation generation, String videoKey, @Nullable String posterKey) {}

  void stored(Pair pair) {
    pairs.put(pair.videoKey(), pair);
  }

  /** The row keeps them. */
  void kept(Pair pair) {
    pairs.remove(pair.videoKey());
  }

  /** Looks at all of them; one that cannot be settled now is looked at again the next time. */
  void settle() {
    pairs.values().forEach(this::settle);
  }

  void settle(Pair pair) {
    // In this order: a lease that is lost never comes back, so that no row can keep them later.
    if (transitions.heldAttempt(pair.generation()).isPresent()) {
      return;
    }
    if (transitions.completedAfterAll(pair.generation().id(), pair.videoKey()) || deleted(pair)) {
      pairs.remove(pair.videoKey(), pair);
    }
  }

  private boolean deleted(Pair pair) {
    try {
      storage.delete(pair.videoKey());
      if (pair.posterKey() != null) {
        storage.delete(pair.posterKey());
      }
      return true;
    } catch (IOException e) {
      LOG.warn("a file that nobody needs is still there: {}", e.getClass().getSimpleName());
      return false;
    }
  }
}
