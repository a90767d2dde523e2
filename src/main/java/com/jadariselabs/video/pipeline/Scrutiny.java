package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.moderation.Subject;
import com.jadariselabs.video.moderation.Verdict;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the prompt that the model will read, where it is not the one that was looked at when it
 * was submitted. What is rejected here is refunded and costs no reputation: the user's own words
 * were allowed. Thread-safe; no thread waits for the moderation API.
 */
final class Scrutiny {
  private static final Logger LOG = LoggerFactory.getLogger(Scrutiny.class);

  /** With the pauses between them, some minutes. */
  private static final int MOST_TRIES = 10;

  private final Moderation moderation;
  private final Reputations reputations;
  private final Outcomes outcomes;
  private final PipelineSettings settings;
  private final Executor executor;

  Scrutiny(
      Moderation moderation,
      Reputations reputations,
      Outcomes outcomes,
      PipelineSettings settings,
      Executor executor) {
    this.moderation = moderation;
    this.reputations = reputations;
    this.outcomes = outcomes;
    this.settings = settings;
    this.executor = executor;
  }

  /** Goes on if nothing is found against the prompt. */
  CompletionStage<Next> of(Work work, String prompt, Supplier<Next> goOn) {
    Generation g = work.generation();
    if (prompt.equals(g.prompt()) || prompt.equals(g.enhancedPrompt())) {
      return CompletableFuture.completedFuture(goOn.get());
    }
    Verdict words = moderation.check(prompt, prompt);
    if (words instanceof Verdict.Rejected || !moderation.asks()) {
      return CompletableFuture.completedFuture(next(work, prompt, words, goOn));
    }
    return moderation
        .ask(prompt, prompt)
        .handleAsync(Told.of(g, (verdict, failure) -> next(work, prompt, verdict, goOn)), executor);
  }

  private Next next(Work work, String prompt, @Nullable Verdict verdict, Supplier<Next> goOn) {
    if (verdict instanceof Verdict.Allowed) {
      return goOn.get();
    }
    Generation g = work.generation();
    if (verdict instanceof Verdict.Rejected rejected) {
      LOG.info("the enhanced prompt was rejected");
      reputations.note(g.userId(), rejected, Subject.ENHANCED_PROMPT, prompt, g.id());
      return outcomes.failed(
          work, "content_rejected", "The prompt asks for something that is not allowed.", true);
    }
    return work.tries() < MOST_TRIES
        ? outcomes.again(
            work, Outcomes.backOff(settings.pollInterval(), work.tries() + 1, Outcomes.PATIENCE))
        : outcomes.attemptFailed(work, "unavailable", "The prompt could not be checked.", true);
  }
}
