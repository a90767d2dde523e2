package com.jadariselabs.video.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Order;
import com.jadariselabs.video.catalog.ProviderInput;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Attempts;
import com.jadariselabs.video.generation.Attempts.Begun;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.pipeline.Work.Asked;
import com.jadariselabs.video.replicate.CreatePrediction;
import com.jadariselabs.video.replicate.Prediction;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.ReplicateException;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the prediction, once. The attempt and its input are on record before the provider hears
 * of it; the prediction's id is saved as soon as it is known, whoever then holds the lease. Where
 * the answer was lost, the provider's list is searched for a prediction of that very input before
 * anything else is asked for. Thread-safe.
 */
final class Creation {
  private static final Logger LOG = LoggerFactory.getLogger(Creation.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CANCEL_AFTER_MARGIN = Duration.ofSeconds(30);
  private static final Duration OPERATOR_PAUSE = Duration.ofSeconds(15);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final int LOOKS = 3;

  private final Attempts attempts;
  private final Catalog catalog;
  private final Replicate replicate;
  private final StartImages images;
  private final Orphans orphans;
  private final Outcomes outcomes;
  private final PipelineSettings settings;
  private final Clock clock;
  private final Executor executor;

  Creation(
      Attempts attempts,
      Catalog catalog,
      Replicate replicate,
      StartImages images,
      Orphans orphans,
      Outcomes outcomes,
      PipelineSettings settings,
      Clock clock,
      Executor executor) {
    this.attempts = attempts;
    this.catalog = catalog;
    this.replicate = replicate;
    this.images = images;
    this.orphans = orphans;
    this.outcomes = outcomes;
    this.clock = clock;
    this.settings = settings;
    this.executor = executor;
  }

  CompletionStage<Next> create(Work work) {
    Generation g = work.generation();
    Optional<Model> model = catalog.model(g.model());
    if (model.isEmpty()) {
      return CompletableFuture.completedFuture(
          outcomes.failed(work, "model_gone", "The model is no longer offered.", true));
    }
    String image = null;
    String imageKey = g.imageKey();
    if (imageKey != null) {
      try {
        image = images.address(g, imageKey);
      } catch (IOException e) {
        return CompletableFuture.completedFuture(imageless(work));
      }
    }
    ProviderInput order = catalog.input(model.get(), order(g, image));
    Duration timeout = settings.timeout(g.estimatedSeconds());
    Optional<Begun> begun =
        attempts.begin(g, json(order.input()), timeout, work.asked() == Asked.NOT_MADE);
    if (begun.isEmpty()) {
      return CompletableFuture.completedFuture(new Next.Done());
    }
    Attempt attempt = begun.get().attempt();
    Work under = work.begun(begun.get().generation(), attempt);
    if (attempt.predictionId() != null
        || attempt.over()
        || (!begun.get().fresh() && work.asked() != Asked.NOT_MADE)) {
      // On record already: whoever put it there may have asked for it.
      return CompletableFuture.completedFuture(
          new Next.Again(under.attempting(attempt), Duration.ZERO));
    }
    return ask(under, attempt, order, timeout);
  }

  private Next imageless(Work work) {
    return outcomes.attemptFailed(
        work, "storage_unavailable", "The start image could not be passed on.", true);
  }

  private CompletionStage<Next> ask(
      Work under, Attempt attempt, ProviderInput order, Duration timeout) {
    Optional<URI> webhook =
        settings.webhook(attempt.generationId(), attempt.run(), attempt.attempt());
    // What is on record counts: an earlier worker may have begun this attempt with another seed.
    CreatePrediction request =
        new CreatePrediction(
            order.providerModel(),
            order.version(),
            input(attempt),
            timeout.plus(CANCEL_AFTER_MARGIN),
            webhook.orElse(null),
            webhook.isPresent() ? List.of("start", "completed") : List.of());
    return replicate
        .create(request)
        .handleAsync(
            Told.of(
                under.generation(),
                (prediction, failure) ->
                    prediction == null
                        ? notMade(under, failure)
                        : made(under, attempt, prediction)),
            executor);
  }

  /** Another worker may have found it, or its own late answer may have come in between. */
  CompletionStage<Next> recover(Work work) {
    Generation g = work.generation();
    Optional<Attempt> present = attempts.held(g);
    if (present.isEmpty()) {
      return CompletableFuture.completedFuture(new Next.Done());
    }
    Attempt attempt = present.get();
    if (attempt.predictionId() != null) {
      return CompletableFuture.completedFuture(
          new Next.Again(work.attempting(attempt), Duration.ZERO));
    }
    if (attempt.over()) {
      return CompletableFuture.completedFuture(settled(work));
    }
    return orphans
        .since(attempt)
        .handleAsync(
            Told.of(
                g,
                (predictions, failure) -> {
                  if (predictions == null) {
                    return notLooked(work, Outcomes.provider(failure));
                  }
                  Optional<Prediction> orphan = orphans.of(attempt, predictions);
                  return orphan.isPresent() ? made(work, attempt, orphan.get()) : absent(work);
                }),
            executor);
  }

  /**
   * Saves the id first. A cancel or a lost lease may have come between the request and now: then
   * whoever holds the lease goes on with it, or where nobody does it is settled.
   */
  private Next made(Work work, Attempt attempt, Prediction prediction) {
    boolean saved = attempts.predictionKnown(attempt, prediction.id());
    if (!saved && attempts.knownPredictions(List.of(prediction.id())).isEmpty()) {
      LOG.info("a prediction that nobody waits for any more is cancelled");
      replicate.cancel(prediction.id());
    }
    return attempts
        .held(work.generation())
        .map(
            held ->
                held.over()
                    ? settled(work)
                    : new Next.Again(followed(work, held, prediction), firstLook()))
        .orElseGet(Next.Done::new);
  }

  /** Its own prediction, or the one that it has already, or none: then it is looked for again. */
  private static Work followed(Work work, Attempt held, Prediction prediction) {
    Work next = work.attempting(held);
    return prediction.id().equals(held.predictionId()) ? next.seen(prediction) : next.unanswered();
  }

  /** Somebody settled the attempt: whatever it still makes is stopped, so it is spent. */
  private Next settled(Work work) {
    return outcomes.attemptFailed(
        work, "provider_unavailable", "The provider did not answer.", true);
  }

  private Next notMade(Work work, @Nullable Throwable failure) {
    ReplicateException refused = Outcomes.provider(failure);
    return switch (refused.kind()) {
      case UNKNOWN_OUTCOME -> new Next.Again(work.unanswered(), LOOK_AGAIN);
      case INVALID_INPUT ->
          outcomes.failed(
              work, "provider_refused_input", "The model refused the request's values.", true);
      // The operator's problem, or a pause that the provider asks for: nobody's attempt.
      case OPERATOR -> outcomes.again(work.notMade(), OPERATOR_PAUSE);
      case RATE_LIMITED, CIRCUIT_OPEN ->
          outcomes.again(work.notMade(), outcomes.patience(work, refused));
      default ->
          outcomes.attemptFailed(
              work, "provider_unavailable", "The provider could not be reached.", true);
    };
  }

  private Next notLooked(Work work, ReplicateException refused) {
    return work.overdue(clock.instant())
        ? outcomes.timedOut(work)
        : outcomes.again(work, outcomes.patience(work, refused));
  }

  /** What was asked for may still appear later: then it is settled. */
  private Next absent(Work work) {
    if (work.tries() + 1 < LOOKS) {
      return outcomes.again(work, LOOK_AGAIN);
    }
    return work.asked() == Asked.UNANSWERED
        ? outcomes.attemptFailed(
            work, "provider_unavailable", "The provider did not answer.", false)
        : new Next.Again(work.notMade(), Duration.ZERO);
  }

  /** Short jobs end soon: look early once, then at the usual pace. */
  private Duration firstLook() {
    Duration early = settings.pollInterval().dividedBy(2);
    return early.isZero() ? settings.pollInterval() : early;
  }

  /**
   * Where the user gave no seed one is drawn: the result is as random as before, and the input then
   * tells this attempt's prediction from all others.
   */
  private static Order order(Generation g, @Nullable String image) {
    Integer seed = g.seed();
    return new Order(
        g.enhancedPrompt() == null ? g.prompt() : g.enhancedPrompt(),
        g.durationSeconds(),
        Quality.of(g.quality()).orElse(Quality.STANDARD),
        g.aspectRatio(),
        g.negativePrompt(),
        seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed,
        image);
  }

  private static Map<String, Object> input(Attempt attempt) {
    try {
      return JSON.readValue(
          String.valueOf(attempt.input()), new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an attempt's input is not JSON", e);
    }
  }

  private static String json(Map<String, Object> input) {
    try {
      return JSON.writeValueAsString(input);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
