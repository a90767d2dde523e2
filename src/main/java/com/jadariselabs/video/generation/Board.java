package com.jadariselabs.video.generation;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What an observer may ask of generations. Thread-safe; each call may take a database round trip.
 */
public interface Board {

  /**
   * The present state of the caller's own generation; of anybody's for an admin.
   *
   * @return empty when it does not exist or is somebody else's
   */
  Optional<Snapshot> snapshot(String userId, boolean admin, String generationId);

  /** The present state of all of the user's generations that have not ended. */
  List<Snapshot> active(String userId);

  /**
   * The present states of these generations, whoever owns them, in one round trip; for an observer
   * that was let in earlier and may have missed something.
   *
   * @param generationIds at most a few hundred
   * @return in any order, without those that do not exist
   */
  List<Snapshot> snapshots(Collection<String> generationIds);

  /** Cancels the caller's own generation. */
  Cancellation cancel(String userId, String generationId);
}
