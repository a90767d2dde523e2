package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Attempts;
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
  private final Attempts attempts;
  private final Storage storage;
  private final Map<String, Pair> pairs = new ConcurrentHashMap<>();

  Leftovers(Transitions transitions, Attempts attempts, Storage storage) {
    this.transitions = transitions;
    this.attempts = attempts;
    this.storage = storage;
  }

  /** A video and its poster, stored under the lease that the generation shows. */
  record Pair(Generation generation, String videoKey, @Nullable String posterKey) {}

  /** They are stored, and what was written about them is not known. */
  void remember(Pair pair) {
    pairs.put(pair.videoKey(), pair);
  }

  /** Somebody is at writing down this video, and will know what became of it. */
  void inHand(String videoKey) {
    pairs.remove(videoKey);
  }

  /** Looks at all of them; one that cannot be settled now is looked at again the next time. */
  void settle() {
    pairs.keySet().forEach(this::settle);
  }

  /** One at a time looks at a pair, so that an end that was not told is told once. */
  void settle(String videoKey) {
    pairs.computeIfPresent(videoKey, (key, pair) -> settled(pair) ? null : pair);
  }

  private boolean settled(Pair pair) {
    // In this order: a lease that is lost never comes back, so that no row can keep them later.
    return attempts.held(pair.generation()).isEmpty()
        && (transitions.completedAfterAll(pair.generation().id(), pair.videoKey())
            || deleted(pair));
  }

  private boolean deleted(Pair pair) {
    try {
      storage.delete(pair.videoKey());
      if (pair.posterKey() != null) {
        storage.delete(pair.posterKey());
      }
      return true;
    } catch (IOException | RuntimeException e) {
      // Whatever a storage throws: it must not keep the others from being looked at.
      LOG.warn("a file that nobody needs is still there: {}", e.getClass().getSimpleName());
      return false;
    }
  }
}
