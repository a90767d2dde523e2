package com.jadariselabs.video.generation;

/** What became of the wish to cancel. */
public sealed interface Cancellation {

  /** It is cancelled, now or earlier; {@code remaining} is the owner's balance afterwards. */
  record Cancelled(String generationId, int refunded, long remaining) implements Cancellation {}

  /** It had already ended otherwise. */
  record NotCancellable(String status) implements Cancellation {}

  /** There is none of that id, or it is somebody else's. */
  record NotFound() implements Cancellation {}
}
