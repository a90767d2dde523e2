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
 * @param asked what is known of the create of this attempt
 * @param tries failures in a row of the present step
 */
record Work(
    Generation generation,
    @Nullable Attempt attempt,
    @Nullable Prediction prediction,
    Asked asked,
    int tries) {

  /** What is known of a create that is not known to have made a prediction. */
  enum Asked {
    /** Nothing: an attempt on record may have one. */
    UNTOLD,
    /** It was asked for, and no answer came. */
    UNANSWERED,
    /** Nothing was made: the attempt on record may be asked for again. */
    NOT_MADE
  }

  static Work of(Generation generation, @Nullable Attempt attempt) {
    return new Work(generation, attempt, null, Asked.UNTOLD, 0);
  }

  Step step() {
    if ("uploading".equals(generation.stage())) {
      return Step.COLLECT;
    }
    if (!"generating".equals(generation.stage())) {
      boolean lacksImage = generation.imageUrl() != null && generation.imageKey() == null;
      return lacksImage ? Step.PICTURE : Step.ENHANCE;
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
    return new Work(row, attempt, prediction, asked, 0);
  }

  /** The create of this attempt is about to be sent, perhaps not for the first time. */
  Work begun(Generation row, Attempt onRecord) {
    return new Work(row, onRecord, null, asked, tries);
  }

  Work attempting(Attempt begun) {
    return new Work(generation, begun, prediction, asked, 0);
  }

  Work seen(Prediction latest) {
    return new Work(generation, attempt, latest, asked, 0);
  }

  Work unanswered() {
    return new Work(generation, attempt, prediction, Asked.UNANSWERED, 0);
  }

  /** Nothing was made: the same attempt asks again. */
  Work notMade() {
    return new Work(generation, null, null, Asked.NOT_MADE, tries);
  }

  /** A step broke off, nobody knows where: what it has asked for may have been done. */
  Work interrupted() {
    return new Work(
        generation, attempt, prediction, asked == Asked.NOT_MADE ? Asked.UNTOLD : asked, tries);
  }

  Work tried() {
    return new Work(generation, attempt, prediction, asked, tries + 1);
  }
}
