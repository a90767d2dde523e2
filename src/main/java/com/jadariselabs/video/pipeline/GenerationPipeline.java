package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.LogFields;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.replicate.Prediction;
import com.jadariselabs.video.replicate.PredictionError;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.ReplicateException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The way of one generation, one step a visit. Every step is written down before the next; a crash
 * between any two lines means that somebody visits again and finds where it stopped.
 *
 * <pre>
 *   PICTURE → ENHANCE → CREATE → FOLLOW ⟲ → COLLECT → completed
 *                         │ answer lost ↘ RECOVER → FOLLOW or CREATE
 *                         └ whatever fails: another attempt later, or failed and refunded
 * </pre>
 *
 * Thread-safe; no thread waits while the provider renders.
 */
final class GenerationPipeline {
  private static final Duration OPERATOR_PAUSE = Duration.ofSeconds(15);
  private static final int CRASHES_THAT_SPEND_AN_ATTEMPT = 3;
  private static final int HIGHEST_ESTIMATE = 95;

  /** All that the model had to do is done; 100 is said when the video is there. */
  private static final int RENDERED = 99;

  private final Transitions transitions;
  private final Picturing picturing;
  private final Creation creation;
  private final Collection collection;
  private final PromptWriter prompts;
  private final Scrutiny scrutiny;
  private final Replicate replicate;
  private final Outcomes outcomes;
  private final PipelineSettings settings;
  private final Clock clock;
  private final Executor executor;

  GenerationPipeline(
      Transitions transitions,
      Picturing picturing,
      Creation creation,
      Collection collection,
      PromptWriter prompts,
      Scrutiny scrutiny,
      Replicate replicate,
      Outcomes outcomes,
      PipelineSettings settings,
      Clock clock,
      Executor executor) {
    this.transitions = transitions;
    this.picturing = picturing;
    this.creation = creation;
    this.collection = collection;
    this.prompts = prompts;
    this.scrutiny = scrutiny;
    this.replicate = replicate;
    this.outcomes = outcomes;
    this.settings = settings;
    this.clock = clock;
    this.executor = executor;
  }

  /** Does the next step of what this lease holds. */
  CompletionStage<Next> visit(Work work) {
    if (work.generation().crashes() >= CRASHES_THAT_SPEND_AN_ATTEMPT) {
      return poisoned(work);
    }
    return switch (work.step()) {
      case PICTURE -> picturing.fetch(work);
      case ENHANCE -> enhance(work);
      case CREATE -> creation.create(work);
      case RECOVER -> creation.recover(work);
      case FOLLOW -> follow(work);
      case COLLECT -> collection.collect(work);
    };
  }

  private CompletionStage<Next> enhance(Work work) {
    return picturing.judged(work, () -> worded(work));
  }

  private CompletionStage<Next> worded(Work work) {
    Generation g = work.generation();
    String already = g.enhancedPrompt();
    CompletionStage<String> prompt = already == null ? prompts.enhanced(g) : written(already);
    return prompt.thenComposeAsync(
        text -> {
          try (var fields = LogFields.of(g)) {
            return scrutiny.of(
                work,
                text,
                () -> outcomes.next(work, transitions.enhanced(g, text), Duration.ZERO));
          }
        },
        executor);
  }

  private static CompletionStage<String> written(String prompt) {
    return CompletableFuture.completedFuture(prompt);
  }

  private CompletionStage<Next> follow(Work work) {
    String id = predictionId(work);
    return replicate
        .get(id)
        .handleAsync(
            Told.of(
                work.generation(),
                (prediction, failure) ->
                    prediction == null
                        ? unseen(work, failure)
                        : seen(work.seen(prediction), prediction)),
            executor);
  }

  private Next seen(Work work, Prediction prediction) {
    Generation g = work.generation();
    return switch (prediction.status()) {
      case STARTING, PROCESSING -> running(work, prediction);
      case SUCCEEDED -> outcomes.next(work, transitions.uploading(g, RENDERED), Duration.ZERO);
      case FAILED -> {
        PredictionError error = PredictionError.of(prediction.error());
        yield error.retryable()
            ? outcomes.attemptFailed(work, error.code(), error.message(), true)
            : outcomes.failed(work, error.code(), error.message(), true);
      }
      case CANCELED, ABORTED ->
          outcomes.attemptFailed(
              work, "provider_stopped", "The provider stopped the rendering.", true);
    };
  }

  /**
   * Too late, or on with it. Asked only once it is known how the prediction is doing: what was
   * rendered while nobody looked is not rendered again.
   */
  private Next running(Work work, Prediction prediction) {
    return work.overdue(clock.instant()) ? outcomes.timedOut(work) : moved(work, prediction);
  }

  /** The provider's own figure where its logs have one; else from time, and said to be so. */
  private Next moved(Work work, Prediction prediction) {
    Generation g = work.generation();
    OptionalInt logged = prediction.progress();
    int percent =
        logged.isPresent()
            ? Math.min(RENDERED, logged.getAsInt())
            : prediction.status() == Prediction.Status.PROCESSING ? estimated(work) : 0;
    return outcomes.next(
        work, transitions.progressed(g, percent, logged.isEmpty()), settings.pollInterval());
  }

  private int estimated(Work work) {
    Instant begun = work.attempt() == null ? clock.instant() : work.attempt().startedAt();
    double elapsed = Duration.between(begun, clock.instant()).toMillis() / 1000.0;
    double expected = Math.max(1, work.generation().estimatedSeconds());
    return (int) Math.min(HIGHEST_ESTIMATE, Math.floor(100 * elapsed / expected));
  }

  private Next unseen(Work work, @Nullable Throwable failure) {
    ReplicateException refused = Outcomes.provider(failure);
    if (refused.kind() != ReplicateException.Kind.NOT_FOUND && work.overdue(clock.instant())) {
      return outcomes.timedOut(work);
    }
    return switch (refused.kind()) {
      case NOT_FOUND ->
          outcomes.attemptFailed(
              work, "provider_lost_it", "The provider no longer knows the rendering.", true);
      case OPERATOR -> outcomes.again(work, OPERATOR_PAUSE);
      default -> outcomes.again(work, outcomes.patience(work, refused));
    };
  }

  /** Its steps break off again and again though the database answers. */
  CompletionStage<Next> broken(Work work) {
    return done(
        outcomes.attemptFailed(
            work, "internal_error", "Something went wrong in this service.", false));
  }

  private CompletionStage<Next> poisoned(Work work) {
    return done(
        outcomes.attemptFailed(
            work, "worker_lost", "Workers died while they worked on it.", work.attempt() == null));
  }

  private static String predictionId(Work work) {
    return Optional.ofNullable(work.attempt())
        .map(attempt -> attempt.predictionId())
        .orElseThrow(() -> new IllegalStateException("no prediction to follow"));
  }

  private static CompletionStage<Next> done(Next next) {
    return CompletableFuture.completedFuture(next);
  }
}
