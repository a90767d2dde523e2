package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.LogFields;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.moderation.Subject;
import com.jadariselabs.video.moderation.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the start image into the storage before anything else is done, once for all attempts: a
 * crash before it is written down means that it is fetched again. Thread-safe.
 */
final class Picturing {
  private static final Logger LOG = LoggerFactory.getLogger(Picturing.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int MOST_TRIES = 10;

  private final Transitions transitions;
  private final StartImages images;
  private final Moderation moderation;
  private final Reputations reputations;
  private final Outcomes outcomes;
  private final PipelineSettings settings;
  private final Executor executor;

  Picturing(
      Transitions transitions,
      StartImages images,
      Moderation moderation,
      Reputations reputations,
      Outcomes outcomes,
      PipelineSettings settings,
      Executor executor) {
    this.transitions = transitions;
    this.images = images;
    this.moderation = moderation;
    this.reputations = reputations;
    this.outcomes = outcomes;
    this.settings = settings;
    this.executor = executor;
  }

  CompletionStage<Next> fetch(Work work) {
    Generation g = work.generation();
    return images
        .keep(g, String.valueOf(g.imageUrl()), executor)
        .handleAsync(Told.of(g, (kept, failure) -> next(work, kept)), executor);
  }

  /** Goes on if nothing is found against the start image, or there is none. */
  CompletionStage<Next> judged(Work work, Supplier<CompletionStage<Next>> goOn) {
    Generation g = work.generation();
    String key = g.imageKey();
    if (key == null || !moderation.asks()) {
      return goOn.get();
    }
    String shown;
    try {
      shown = images.shown(g, key);
    } catch (IOException e) {
      return CompletableFuture.completedFuture(unkept(work));
    }
    return moderation
        .askAboutImage(shown)
        .thenComposeAsync(
            verdict -> {
              try (var fields = LogFields.of(g)) {
                return verdict instanceof Verdict.Allowed
                    ? goOn.get()
                    : CompletableFuture.completedFuture(objected(work, key, verdict));
              }
            },
            executor);
  }

  private Next objected(Work work, String key, Verdict verdict) {
    Generation g = work.generation();
    if (verdict instanceof Verdict.Rejected rejected) {
      LOG.info("the start image was rejected");
      reputations.note(g.userId(), rejected, Subject.IMAGE, String.valueOf(g.imageUrl()), g.id());
      images.forget(key);
      return outcomes.failed(
          work, "content_rejected", "The start image shows something that is not allowed.", true);
    }
    return work.tries() < MOST_TRIES
        ? outcomes.again(work, pause(work))
        : outcomes.attemptFailed(work, "unavailable", "The image could not be checked.", true);
  }

  private Next next(Work work, StartImages.@Nullable Kept kept) {
    if (kept instanceof StartImages.Kept.At at) {
      return written(work, at.key());
    }
    if (kept instanceof StartImages.Kept.Refused refused) {
      LOG.info("the start image is not to be had ({})", refused.code());
      return refused.again()
          ? outcomes.attemptFailed(work, refused.code(), refused.message(), true)
          : outcomes.failed(work, refused.code(), refused.message(), true);
    }
    return unkept(work);
  }

  private Next unkept(Work work) {
    return work.tries() < MOST_TRIES
        ? outcomes.again(work, pause(work))
        : outcomes.attemptFailed(
            work, "storage_unavailable", "The start image could not be kept.", true);
  }

  private Duration pause(Work work) {
    return Outcomes.backOff(settings.pollInterval(), work.tries() + 1, LONGEST_PAUSE);
  }

  private Next written(Work work, String key) {
    Optional<Generation> row = transitions.imageKept(work.generation(), key);
    if (row.isEmpty()) {
      images.forget(key);
    }
    return outcomes.next(work, row, Duration.ZERO);
  }
}
