package com.jadariselabs.video.generation;

import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.moderation.Verdict;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What moderation says of a draft, and what that costs who wrote it. Thread-safe. */
final class Screening {
  private static final Logger LOG = LoggerFactory.getLogger(Screening.class);
  private static final Duration UNJUDGED_RETRY = Duration.ofSeconds(5);

  private final Moderation moderation;
  private final Reputations reputations;
  private final Executor executor;

  /** Verdicts are written down by this executor: whoever brings them must not wait. */
  Screening(Moderation moderation, Reputations reputations, Executor executor) {
    this.moderation = moderation;
    this.reputations = reputations;
    this.executor = executor;
  }

  /** What the word lists say; empty when they have nothing against it. */
  CompletableFuture<Optional<Submission>> words(Draft draft) {
    Verdict verdict = moderation.check(draft.prompt(), draft.plainPrompt());
    String negative = draft.negativePrompt();
    return screened(
        draft,
        negative == null || verdict instanceof Verdict.Rejected
            ? verdict
            : moderation.checkExclusions(negative));
  }

  /** Whether there is more to ask than the lists. */
  boolean asks() {
    return moderation.asks();
  }

  /** What the moderation API says; empty when it has nothing against it. */
  CompletableFuture<Optional<Submission>> ask(Draft draft) {
    return moderation
        .ask(draft.prompt(), draft.plainPrompt())
        .thenCompose(verdict -> screened(draft, verdict));
  }

  private CompletableFuture<Optional<Submission>> screened(Draft draft, Verdict verdict) {
    if (verdict instanceof Verdict.Rejected rejected) {
      return CompletableFuture.supplyAsync(() -> Optional.of(rejected(draft, rejected)), executor);
    }
    return CompletableFuture.completedFuture(
        verdict instanceof Verdict.Unknown
            ? Optional.of(new Submission.Unjudged(UNJUDGED_RETRY))
            : Optional.empty());
  }

  private Submission rejected(Draft draft, Verdict.Rejected verdict) {
    LOG.info("a prompt was rejected");
    reputations.penalise(draft.userId(), verdict, draft.prompt());
    return new Submission.Rejected();
  }
}
