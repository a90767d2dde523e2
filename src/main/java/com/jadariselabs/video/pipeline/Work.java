package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.replicate.Prediction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the holder of a lease knows: the row as last written, the attempt, and what need not outlive
 * the process.
 *
 * @param attempt null until it is begun
 * @param prediction as last seen, null after a takeover
 * @param answerLost whether a create of this attempt ended without an answer
 * @param unmade whether the attempt on record is known to have no prediction: one may be asked for
 * @param tries failures in a row of the present step
 */
record Work(
    Generation generation,
    @Nullable Attempt attempt,
    @Nullable Prediction prediction,
    boolean answerLost,
    boolean unmade,
    int tries) {

  static Work of(Generation generation, @Nullable Attempt attempt) {
    return new Work(generation, attempt, null, false, false, 0);
  }

  Step step() {
    if ("uploading".equals(generation.stage())) {
      return Step.COLLECT;
    }
    if (!"generating".equals(generation.stage())) {
      return Step.ENHANCE;
    }
    Attempt begun = attempt;
    if (begun == null) {
      return Step.CREATE;
    }
    return begun.predictionId() == null ? Step.RECOVER : Step.FOLLOW;
  }

  /** Whether the model had its time; an output that is being kept has all the time it needs. */
  boolean overdue(Instant now) {
    Instant deadline = generation.deadlineAt();
    return deadline != null && now.isAfter(deadline) && step() != Step.COLLECT;
  }

  Work with(Generation row) {
    return new Work(row, attempt, prediction, answerLost, unmade, 0);
  }

  Work attempting(Attempt begun) {
    return new Work(generation, begun, prediction, answerLost, false, 0);
  }

  /** The attempt is on record, and it is certain that the provider made nothing of it. */
  Work withoutPrediction() {
    return new Work(generation, null, prediction, answerLost, true, 0);
  }

  Work seen(Prediction latest) {
    return new Work(generation, attempt, latest, answerLost, unmade, 0);
  }

  Work withoutAnswer() {
    return new Work(generation, attempt, prediction, true, false, 0);
  }

  Work tried() {
    return new Work(generation, attempt, prediction, answerLost, unmade, tries + 1);
  }
}
