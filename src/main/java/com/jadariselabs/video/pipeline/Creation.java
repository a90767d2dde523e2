package com.jadariselabs.video.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Order;
import com.jadariselabs.video.catalog.ProviderInput;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.replicate.CreatePrediction;
import com.jadariselabs.video.replicate.Prediction;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.ReplicateException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final Duration CLOCKS_MAY_DIFFER = Duration.ofMinutes(1);
  private static final int LOOKS = 3;

  private final Transitions transitions;
  private final Catalog catalog;
  private final Replicate replicate;
  private final Outcomes outcomes;
  private final PipelineSettings settings;
  private final Executor executor;

  Creation(
      Transitions transitions,
      Catalog catalog,
      Replicate replicate,
      Outcomes outcomes,
      PipelineSettings settings,
      Executor executor) {
    this.transitions = transitions;
    this.catalog = catalog;
    this.replicate = replicate;
    this.outcomes = outcomes;
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
    Optional<Attempt> earlier = work.unmade() ? Optional.empty() : transitions.presentAttempt(g);
    if (earlier.isPresent()) {
      // Begun by an earlier visit that did not live to tell how it went on.
      return CompletableFuture.completedFuture(
          new Next.Again(work.attempting(earlier.get()), Duration.ZERO));
    }
    ProviderInput order = catalog.input(model.get(), order(g));
    Duration timeout = settings.timeout(g.estimatedSeconds());
    Optional<Generation> begun = transitions.begin(g, json(order.input()), timeout);
    Optional<Attempt> attempt = begun.flatMap(transitions::presentAttempt);
    if (begun.isEmpty() || attempt.isEmpty()) {
      return CompletableFuture.completedFuture(new Next.Done());
    }
    Work under = work.with(begun.get()).attempting(attempt.get());
    if (attempt.get().predictionId() != null) {
      return CompletableFuture.completedFuture(new Next.Again(under, Duration.ZERO));
    }
    // What is on record counts: an earlier worker may have begun this attempt with another seed.
    CreatePrediction request =
        new CreatePrediction(
            order.providerModel(),
            order.version(),
            input(attempt.get()),
            timeout.plus(CANCEL_AFTER_MARGIN),
            null,
            List.of());
    return replicate
        .create(request)
        .handleAsync(
            (prediction, failure) ->
                prediction == null ? notMade(under, failure) : made(under, prediction),
            executor)
        .exceptionally(e -> untold(under, e));
  }

  /** What became of it could not be written down: it must be looked for, not made again. */
  private static Next untold(Work under, Throwable failure) {
    LOG.warn("a prediction is looked for: {}", failure.getClass().getSimpleName());
    return new Next.Again(under, LOOK_AGAIN);
  }

  CompletionStage<Next> recover(Work work) {
    Optional<Attempt> known = transitions.presentAttempt(work.generation());
    if (known.filter(a -> a.predictionId() != null).isPresent()) {
      return CompletableFuture.completedFuture(
          new Next.Again(work.attempting(known.get()), Duration.ZERO));
    }
    Attempt attempt = begun(work);
    return replicate
        .createdAfter(attempt.startedAt().minus(CLOCKS_MAY_DIFFER))
        .handleAsync(
            (predictions, failure) -> {
              if (predictions == null) {
                ReplicateException refused = Outcomes.provider(failure);
                return outcomes.again(work, outcomes.patience(work, refused));
              }
              Optional<Prediction> orphan = orphan(attempt, predictions);
              return orphan.isPresent() ? made(work, orphan.get()) : absent(work);
            },
            executor);
  }

  /** The prediction of this attempt's very input that belongs to nobody yet. */
  Optional<Prediction> orphan(Attempt attempt, List<Prediction> predictions) {
    JsonNode wanted = tree(String.valueOf(attempt.input()));
    List<Prediction> same =
        predictions.stream().filter(p -> Inputs.same(wanted, JSON.valueToTree(p.input()))).toList();
    if (same.isEmpty()) {
      return Optional.empty();
    }
    Set<String> known = transitions.knownPredictions(same.stream().map(Prediction::id).toList());
    return same.stream().filter(p -> !known.contains(p.id())).findFirst();
  }

  /**
   * Saves the id first, whoever holds the lease by now: who took over goes on with it, and where a
   * cancel came in between it is an orphan, which is stopped by its id. Only a prediction that no
   * attempt has a place for is stopped here.
   */
  private Next made(Work work, Prediction prediction) {
    Generation g = work.generation();
    boolean saved = transitions.predictionKnown(g, prediction.id());
    if (!saved && transitions.knownPredictions(List.of(prediction.id())).isEmpty()) {
      LOG.info("a prediction that nobody waits for any more is cancelled");
      replicate.cancel(prediction.id());
      return new Next.Done();
    }
    if (transitions.renew(Map.of(g.id(), token(g)), settings.lease()).isEmpty()) {
      return new Next.Done();
    }
    Optional<Attempt> attempt = transitions.presentAttempt(g);
    return attempt
        .<Next>map(known -> new Next.Again(work.attempting(known).seen(prediction), firstLook()))
        .orElseGet(Next.Done::new);
  }

  private Next notMade(Work work, @Nullable Throwable failure) {
    ReplicateException refused = Outcomes.provider(failure);
    Work unbegun = work.withoutPrediction();
    return switch (refused.kind()) {
      case UNKNOWN_OUTCOME -> new Next.Again(work.withoutAnswer(), LOOK_AGAIN);
      case INVALID_INPUT ->
          outcomes.failed(
              work, "provider_refused_input", "The model refused the request's values.", true);
      // The operator's problem, or a pause that the provider asks for: nobody's attempt.
      case OPERATOR -> outcomes.again(unbegun, OPERATOR_PAUSE);
      case RATE_LIMITED, CIRCUIT_OPEN -> outcomes.again(unbegun, outcomes.patience(work, refused));
      default ->
          outcomes.attemptFailed(
              work, "provider_unavailable", "The provider could not be reached.", true);
    };
  }

  private Next absent(Work work) {
    if (work.tries() + 1 < LOOKS) {
      return outcomes.again(work, LOOK_AGAIN);
    }
    return work.answerLost()
        ? outcomes.attemptFailed(
            work, "provider_unavailable", "The provider did not answer.", false)
        : new Next.Again(work.withoutPrediction(), Duration.ZERO);
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
  private static Order order(Generation g) {
    Integer seed = g.seed();
    return new Order(
        g.enhancedPrompt() == null ? g.prompt() : g.enhancedPrompt(),
        g.durationSeconds(),
        Quality.of(g.quality()).orElse(Quality.STANDARD),
        g.aspectRatio(),
        g.negativePrompt(),
        seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed,
        g.imageUrl());
  }

  private static Map<String, Object> input(Attempt attempt) {
    try {
      return JSON.readValue(
          String.valueOf(attempt.input()), new TypeReference<Map<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an attempt's input is not JSON", e);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
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

  private static Attempt begun(Work work) {
    Attempt attempt = work.attempt();
    if (attempt == null) {
      throw new IllegalStateException("no attempt was begun");
    }
    return attempt;
  }

  private static long token(Generation g) {
    Long token = g.leaseToken();
    return token == null ? 0 : token;
  }
}
