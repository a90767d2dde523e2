package com.jadariselabs.video.generation;

import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL made of a submission. */
sealed interface Charge {

  /**
   * Debited, entered, inserted and keyed, all in one transaction.
   *
   * @param delivered false: it waits behind the user's other jobs, and is not rung
   * @param position counts the jobs that will run before it, plus one
   */
  record Charged(long balance, boolean delivered, int position, int waitSeconds)
      implements Charge {}

  /** The key's first request was charged; this one was not. */
  record Replay(Generation generation, long remainingCredits) implements Charge {}

  /** Answered with an earlier result: completed, and free. */
  record Repeated(@Nested Generation generation, long balance) implements Charge {}

  /** The key was used with another body. */
  record Mismatch() implements Charge {}

  /** Not enough, or (available null) no account yet. */
  record TooLittle(@Nullable Long available) implements Charge {}

  /** An admin suspended the account. */
  record Suspended() implements Charge {}
}
