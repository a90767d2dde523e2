package com.jadariselabs.video.generation;

import com.jadariselabs.video.cache.CacheMetrics;
import com.jadariselabs.video.generation.PurseDao.Purse;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Jdbi;

/**
 * Answers a request that was answered before: the same user's, for the same model, input and seed,
 * within a day. The answer is a generation of its own, completed at once with the earlier one's
 * video, and costs nothing. Only a request with a seed of its own is looked up. Thread-safe.
 */
final class Repeats {
  private final Jdbi jdbi;
  private final OneByOne oneByOne;
  private final Predicate<String> isKept;
  private final CacheMetrics metrics;

  /**
   * @param isKept whether the video of this key is still there
   */
  Repeats(Jdbi jdbi, OneByOne oneByOne, Predicate<String> isKept, CacheMetrics metrics) {
    this.jdbi = jdbi;
    this.oneByOne = oneByOne;
    this.isKept = isKept;
    this.metrics = metrics;
  }

  /** Whether there can be an earlier result; what is behind an image's address may have changed. */
  static boolean mayRepeat(Draft draft) {
    return draft.seed() != null && draft.imageUrl() == null && !draft.fresh();
  }

  /** The answer, if there is an earlier result; blocks for one look at least. */
  Optional<Charge> answer(NewRow row) {
    Optional<Generation> earlier =
        jdbi.withExtension(
                RepeatDao.class, dao -> dao.find(row.draft(), row.draft().quality().wireName()))
            .filter(g -> isKept.test(String.valueOf(g.videoKey())));
    metrics.stored(earlier.isPresent());
    return earlier.flatMap(g -> atOnce(row, g.id()).or(() -> repeated(row, g.id())));
  }

  /**
   * In one statement, without a lock, where no key is kept; empty where something is in its way.
   */
  private Optional<Charge> atOnce(NewRow row, String earlierId) {
    return row.draft().idempotencyKey() == null
        ? jdbi.withExtension(RepeatDao.class, dao -> repeat(dao, row, earlierId))
        : Optional.empty();
  }

  /** Empty where the earlier result went away meanwhile: then it is made anew. */
  private Optional<Charge> repeated(NewRow row, String earlierId) {
    return jdbi.inTransaction(
        handle -> {
          Draft draft = row.draft();
          // As in OneByOne: of two requests with one key, the second sees the first one's row.
          Optional<Purse> purse = handle.attach(PurseDao.class).lockAccount(draft.userId());
          if (purse.isEmpty()) {
            return Optional.empty();
          }
          Optional<Charge> known = oneByOne.earlier(handle, draft);
          if (known.isPresent()) {
            return known;
          }
          if (!purse.get().status().equals("active")) {
            return Optional.of(new Charge.Suspended());
          }
          Optional<Charge> repeat = repeat(handle.attach(RepeatDao.class), row, earlierId);
          String key = draft.idempotencyKey();
          if (repeat.isPresent() && key != null) {
            SubmissionDao dao = handle.attach(SubmissionDao.class);
            dao.forgetOldKey(draft.userId(), key);
            dao.remember(draft.userId(), key, draft.bodyHash(), row.id(), purse.get().balance());
          }
          return repeat;
        });
  }

  private static Optional<Charge> repeat(RepeatDao dao, NewRow row, String earlierId) {
    return dao.repeat(
            row,
            row.draft().plan().wireName(),
            Ranks.rank(row.priority()),
            SubmissionSql.json(row.draft().warnings()),
            row.apiKeyId(),
            earlierId)
        .map(Charge.class::cast);
  }
}
