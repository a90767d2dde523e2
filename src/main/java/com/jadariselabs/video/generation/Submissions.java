package com.jadariselabs.video.generation;

import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.generation.Charge.Charged;
import com.jadariselabs.video.generation.Charge.Repeated;
import com.jadariselabs.video.generation.Charge.Replay;
import com.jadariselabs.video.generation.Charge.TooLittle;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.ratelimit.Decision;
import com.jadariselabs.video.ratelimit.KeyLimits;
import com.jadariselabs.video.ratelimit.RateLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The way of a submission: moderate, limit, then money and row in one statement, then the bell. Two
 * Redis round trips and one of PostgreSQL, each shared with the submissions that come together with
 * it. Thread-safe; completes exceptionally where PostgreSQL cannot be reached, and then nothing is
 * charged.
 */
public final class Submissions implements AutoCloseable {
  private static final Duration QUEUE_FULL_RETRY = Duration.ofSeconds(30);

  private final Screening screening;
  private final Reputations reputations;
  private final RateLimits limits;
  private final Accounts accounts;
  private final Delivery delivery;
  private final OneByOne oneByOne;
  private final Repeats repeats;
  private final Gathering gathering;
  private final Receipts receipts;
  private final WaitingLine line;
  private final Pace pace;
  private final Ids ids;
  private final int maxWaiting;
  private final Set<String> keysInProgress = ConcurrentHashMap.newKeySet();

  Submissions(
      Parts parts,
      Moderation moderation,
      Reputations reputations,
      RateLimits limits,
      Accounts accounts) {
    this.reputations = reputations;
    this.limits = limits;
    this.accounts = accounts;
    this.delivery = parts.delivery();
    this.oneByOne = parts.oneByOne();
    this.repeats = parts.repeats();
    this.gathering = parts.gathering();
    this.screening = new Screening(moderation, reputations, gathering.executor());
    this.receipts = parts.receipts();
    this.line = parts.line();
    this.pace = parts.pace();
    this.ids = parts.ids();
    this.maxWaiting = parts.maxWaiting();
  }

  /** The parts that this room makes for itself. */
  record Parts(
      Delivery delivery,
      OneByOne oneByOne,
      Repeats repeats,
      Gathering gathering,
      Receipts receipts,
      WaitingLine line,
      Pace pace,
      Ids ids,
      int maxWaiting) {}

  /**
   * What became of it, and what the rate limits then said.
   *
   * @param limits null where they were not asked
   */
  public record Outcome(Submission submission, @Nullable Decision limits) {}

  /** Submits; the caller is known and the draft is valid. */
  public CompletableFuture<Outcome> submit(Draft draft) {
    String key =
        draft.idempotencyKey() == null ? null : draft.userId() + ' ' + draft.idempotencyKey();
    if (key == null) {
      return limited(draft);
    }
    if (!keysInProgress.add(key)) {
      return CompletableFuture.completedFuture(new Outcome(new Submission.KeyInProgress(), null));
    }
    return limited(draft).whenComplete((outcome, failure) -> keysInProgress.remove(key));
  }

  /** How the rate limits of a user, and of the key that came, stand; takes nothing. */
  public CompletableFuture<Decision> limits(String userId, String plan, @Nullable KeyLimits key) {
    return limits.peek(userId, plan, reputations.limitFactor(userId), key);
  }

  @Override
  public void close() {
    gathering.close();
  }

  private CompletableFuture<Outcome> limited(Draft draft) {
    if (reputations.suspended(draft.userId())) {
      return CompletableFuture.completedFuture(new Outcome(new Submission.Suspended(), null));
    }
    Priority priority = Ranks.of(draft.plan());
    CompletableFuture<Decision> decision =
        limits.take(draft.userId(), draft.plan().wireName(), factor(draft), draft.key());
    return delivery
        .lengths(priority)
        .handle((lengths, away) -> lengths == null ? fromLine() : lengths)
        .thenCombine(decision, (lengths, limit) -> decided(draft, priority, lengths, limit))
        .thenCompose(outcome -> outcome);
  }

  private CompletableFuture<Outcome> decided(
      Draft draft, Priority priority, Delivery.Lengths lengths, Decision limit) {
    if (!limit.allowed()) {
      return draft.idempotencyKey() == null
          ? CompletableFuture.completedFuture(tooFast(limit))
          : CompletableFuture.supplyAsync(
              () -> storedOr(draft, tooFast(limit)), gathering.executor());
    }
    // Those outside the delivery queues wait, too.
    boolean full = Math.max(lengths.all(), line.length()) >= maxWaiting;
    return screening
        .words(draft)
        .handle(
            (refusal, failure) -> {
              if (refusal == null) {
                return failed(draft, failure, limit);
              }
              if (refusal.isPresent() || full) {
                return refused(
                    draft, refusal.orElse(new Submission.QueueFull(QUEUE_FULL_RETRY)), limit);
              }
              return screening.asks()
                  ? askedAbout(draft, priority, lengths, limit)
                  : charging(draft, priority, lengths, limit);
            })
        .thenCompose(outcome -> outcome);
  }

  /** What was answered before is answered again, without asking anybody. */
  private CompletableFuture<Outcome> askedAbout(
      Draft draft, Priority priority, Delivery.Lengths lengths, Decision limit) {
    CompletableFuture<Optional<Submission>> stored =
        draft.idempotencyKey() == null
            ? CompletableFuture.completedFuture(Optional.empty())
            : CompletableFuture.supplyAsync(() -> stored(draft), gathering.executor());
    return stored
        .thenCompose(
            earlier ->
                earlier.isPresent()
                    ? CompletableFuture.completedFuture(earlier)
                    : screening.ask(draft))
        .handle(
            (refusal, failure) -> {
              if (refusal == null) {
                return failed(draft, failure, limit);
              }
              return refusal.isPresent()
                  ? refused(draft, refusal.get(), limit)
                  : charging(draft, priority, lengths, limit);
            })
        .thenCompose(outcome -> outcome);
  }

  /** Something that it needed was away: that takes no token. */
  private CompletableFuture<Outcome> failed(Draft draft, Throwable failure, Decision limit) {
    return giveBack(draft, limit).thenCompose(now -> CompletableFuture.failedFuture(failure));
  }

  /** A rejected prompt takes a token, any other refusal none. */
  private CompletableFuture<Outcome> refused(Draft draft, Submission refusal, Decision limit) {
    return refusal instanceof Submission.Rejected
        ? CompletableFuture.completedFuture(new Outcome(refusal, limit))
        : giveBack(draft, limit).thenApply(now -> new Outcome(refusal, now));
  }

  private CompletableFuture<Outcome> charging(
      Draft draft, Priority priority, Delivery.Lengths lengths, Decision limit) {
    String id = ids.next();
    int wait = pace.waitSeconds(lengths.ahead(), draft.estimatedSeconds());
    NewRow row = new NewRow("gen_" + id, "job_" + id, draft, priority, lengths.ahead() + 1, wait);
    return repeatedOr(row)
        .handle(
            (charge, failure) -> {
              if (charge instanceof Charged || charge instanceof Repeated) {
                return CompletableFuture.completedFuture(
                    new Outcome(receipts.of(row, charge), limit));
              }
              return charge == null
                  ? failed(draft, failure, limit)
                  : giveBack(draft, limit)
                      .thenApply(now -> new Outcome(receipts.of(row, charge), now));
            })
        .thenCompose(outcome -> outcome);
  }

  /** Only a request with a seed of its own is looked up: no other one costs a look. */
  private CompletableFuture<Charge> repeatedOr(NewRow row) {
    if (!Repeats.mayRepeat(row.draft())) {
      return charged(row);
    }
    return CompletableFuture.supplyAsync(() -> repeats.answer(row), gathering.executor())
        .thenCompose(
            earlier ->
                earlier.isPresent()
                    ? CompletableFuture.completedFuture(earlier.get())
                    : charged(row));
  }

  private CompletableFuture<Charge> charged(NewRow row) {
    return gathering
        .charge(row)
        .thenCompose(
            charge ->
                charge instanceof TooLittle unknown && unknown.available() == null
                    ? CompletableFuture.supplyAsync(() -> opened(row), gathering.executor())
                    : CompletableFuture.completedFuture(charge));
  }

  private Charge opened(NewRow row) {
    accounts.open(row.userId(), row.draft().plan().wireName());
    return oneByOne.charge(row);
  }

  private Outcome storedOr(Draft draft, Outcome otherwise) {
    return stored(draft)
        .map(submission -> new Outcome(submission, otherwise.limits()))
        .orElse(otherwise);
  }

  private Optional<Submission> stored(Draft draft) {
    return oneByOne
        .earlier(draft)
        .map(
            charge ->
                charge instanceof Replay replay
                    ? receipts.replayed(replay)
                    : new Submission.KeyMismatch());
  }

  /** What took nothing from the service takes nothing from the limits either. */
  private CompletableFuture<Decision> giveBack(Draft draft, Decision taken) {
    return limits
        .giveBack(draft.userId(), draft.plan().wireName(), factor(draft), draft.key())
        .exceptionally(away -> taken);
  }

  private double factor(Draft draft) {
    return reputations.limitFactor(draft.userId());
  }

  private Delivery.Lengths fromLine() {
    return new Delivery.Lengths(line.length(), line.length());
  }

  private static Outcome tooFast(Decision limit) {
    return new Outcome(
        new Submission.TooFast(Duration.ofSeconds(limit.retryAfterSeconds())), limit);
  }
}
