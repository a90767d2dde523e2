package com.jadariselabs.video.generation;

import com.jadariselabs.video.generation.PurseDao.Purse;
import com.jadariselabs.video.generation.SubmissionDao.KeyRow;
import com.jadariselabs.video.generation.SubmissionDao.Placed;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * One submission in one ordinary transaction: what the gathered statement leaves over comes here to
 * learn why, and a failed batch is repeated here row by row. Where that fails, too, nobody knows
 * whether it was charged: it is left to the {@link Doubts}. Thread-safe.
 */
final class OneByOne {
  private final Jdbi jdbi;
  private final int perUser;
  private final Doubts doubts;

  OneByOne(Jdbi jdbi, int perUser, Doubts doubts) {
    this.jdbi = jdbi;
    this.perUser = perUser;
    this.doubts = doubts;
  }

  /** Charges what was not written yet. */
  Charge charge(NewRow row) {
    try {
      return charge(row, false);
    } catch (RuntimeException e) {
      doubts.add(row);
      throw e;
    }
  }

  /** After a statement whose answer was lost: it may have been written, and charged. */
  Charge chargeAgain(NewRow row) {
    try {
      return charge(row, true);
    } catch (RuntimeException e) {
      doubts.add(row);
      throw e;
    }
  }

  private Charge charge(NewRow row, boolean perhapsWritten) {
    return jdbi.inTransaction(
        handle -> {
          SubmissionDao dao = handle.attach(SubmissionDao.class);
          GenerationDao generations = handle.attach(GenerationDao.class);
          Draft draft = row.draft();
          // The account's lock comes first: two requests with one key then see each other's key
          // row.
          Optional<Purse> purse = dao.lockAccount(draft.userId());
          if (purse.isEmpty()) {
            return new Charge.TooLittle(null);
          }
          if (perhapsWritten) {
            // The lock has waited for the end of a statement that was still under way.
            Optional<Charge.Charged> written = dao.written(row.id());
            if (written.isPresent()) {
              return written.get();
            }
          }
          Optional<Charge> earlier = earlier(dao, generations, draft);
          if (earlier.isPresent()) {
            return earlier.get();
          }
          if (!purse.get().status().equals("active")) {
            return new Charge.Suspended();
          }
          long balance = purse.get().balance() - draft.credits();
          if (balance < 0) {
            return new Charge.TooLittle(purse.get().balance());
          }
          Placed placed = insert(dao, row, balance);
          return new Charge.Charged(
              balance, placed.delivered(), placed.queuePosition(), placed.estimatedWait());
        });
  }

  /** The outcome of an earlier request with the same key, if there was one. */
  Optional<Charge> earlier(Draft draft) {
    return jdbi.withHandle(handle -> earlier(handle, draft));
  }

  /** The same within somebody's transaction. */
  Optional<Charge> earlier(Handle handle, Draft draft) {
    if (draft.idempotencyKey() == null) {
      return Optional.empty();
    }
    return earlier(handle.attach(SubmissionDao.class), handle.attach(GenerationDao.class), draft);
  }

  private static Optional<Charge> earlier(
      SubmissionDao dao, GenerationDao generations, Draft draft) {
    String key = draft.idempotencyKey();
    if (key == null) {
      return Optional.empty();
    }
    Optional<KeyRow> known = dao.key(draft.userId(), key);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    KeyRow row = known.get();
    if (!row.bodyHash().equals(draft.bodyHash())) {
      return Optional.of(new Charge.Mismatch());
    }
    return generations
        .find(row.generationId())
        .map(generation -> new Charge.Replay(generation, row.remainingCredits()));
  }

  private Placed insert(SubmissionDao dao, NewRow row, long balance) {
    Draft draft = row.draft();
    dao.debit(draft.userId(), draft.credits());
    Placed placed =
        dao.insert(
            row,
            draft.plan().wireName(),
            Ranks.rank(row.priority()),
            draft.quality().wireName(),
            SubmissionSql.json(draft.warnings()),
            row.apiKeyId(),
            perUser);
    dao.enter(draft.userId(), draft.credits(), row.id(), balance);
    String key = draft.idempotencyKey();
    if (key != null) {
      dao.forgetOldKey(draft.userId(), key);
      dao.remember(draft.userId(), key, draft.bodyHash(), row.id(), balance);
    }
    return placed;
  }
}
