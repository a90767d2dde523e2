package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
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
  private final Outcomes outcomes;
  private final PipelineSettings settings;
  private final Executor executor;

  Picturing(
      Transitions transitions,
      StartImages images,
      Outcomes outcomes,
      PipelineSettings settings,
      Executor executor) {
    this.transitions = transitions;
    this.images = images;
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
    if (work.tries() >= MOST_TRIES) {
      return outcomes.attemptFailed(
          work, "storage_unavailable", "The start image could not be kept.", true);
    }
    return outcomes.again(
        work, Outcomes.backOff(settings.pollInterval(), work.tries() + 1, LONGEST_PAUSE));
  }

  private Next written(Work work, String key) {
    Optional<Generation> row = transitions.imageKept(work.generation(), key);
    if (row.isEmpty()) {
      images.forget(key);
    }
    return outcomes.next(work, row, Duration.ZERO);
  }
}
