package com.jadariselabs.video.generation;

import com.jadariselabs.video.queue.Priority;

/**
 * Somebody who waits and should be in a delivery queue.
 *
 * @param aged whether it has waited so long that it goes before its plan's turn
 */
public record LineEntry(String id, int rank, boolean aged) {

  /** The delivery queue. */
  public Priority priority() {
    return Ranks.priority(rank);
  }
}
