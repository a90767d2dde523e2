package com.jadariselabs.video.generation;

import com.jadariselabs.video.queue.Priority;
import java.util.concurrent.CompletableFuture;

/**
 * The bell that tells workers to look at a generation now. It may be lost at any moment: who waits
 * is known to PostgreSQL, and is rung again. Thread-safe, never blocks.
 */
public interface Delivery {

  /** Rings; a failure is nobody's problem but the sweep's. */
  void ring(Priority priority, String generationId);

  /** Takes the ring back, where it can. */
  void withdraw(Priority priority, String generationId);

  /**
   * How many wait in the queues up to and with this one.
   *
   * @return completes exceptionally while Redis is away
   */
  CompletableFuture<Lengths> lengths(Priority upTo);

  /**
   * Lengths of the delivery queues.
   *
   * @param ahead in this queue and those served before it
   * @param all in all of them
   */
  record Lengths(int ahead, int all) {}
}
