package com.jadariselabs.video.generation;

/** What became of an admin's wish to run a failed generation again. */
public sealed interface Retrial {

  /** Charged again and queued: a new run, with an end of its own. */
  record Queued(Generation generation) implements Retrial {}

  /** There is none. */
  record NotFound() implements Retrial {}

  /** It has not failed. */
  record NotFailed(String status) implements Retrial {}

  /** The owner's balance does not reach. */
  record OutOfCredits(int required, long available) implements Retrial {}
}
