package com.jadariselabs.video.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Attempts;
import com.jadariselabs.video.replicate.Prediction;
import com.jadariselabs.video.replicate.Replicate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Finds predictions whose creation was not answered, by their input. Thread-safe. */
final class Orphans {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CLOCKS_MAY_DIFFER = Duration.ofMinutes(1);

  private final Attempts attempts;
  private final Replicate replicate;

  Orphans(Attempts attempts, Replicate replicate) {
    this.attempts = attempts;
    this.replicate = replicate;
  }

  /** What the provider has made since this attempt was begun, newest first. */
  CompletionStage<List<Prediction>> since(Attempt attempt) {
    return replicate.createdAfter(attempt.startedAt().minus(CLOCKS_MAY_DIFFER));
  }

  /** The prediction of this attempt's very input that belongs to nobody yet. */
  Optional<Prediction> of(Attempt attempt, List<Prediction> predictions) {
    JsonNode wanted = tree(String.valueOf(attempt.input()));
    List<Prediction> same =
        predictions.stream().filter(p -> Inputs.same(wanted, JSON.valueToTree(p.input()))).toList();
    if (same.isEmpty()) {
      return Optional.empty();
    }
    Set<String> known = attempts.knownPredictions(same.stream().map(Prediction::id).toList());
    return same.stream().filter(p -> !known.contains(p.id())).findFirst();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an attempt's input is not JSON", e);
    }
  }
}
