package com.jadariselabs.video.generation;

import com.jadariselabs.video.generation.Charge.Charged;
import com.jadariselabs.video.generation.Charge.Mismatch;
import com.jadariselabs.video.generation.Charge.Repeated;
import com.jadariselabs.video.generation.Charge.Replay;
import com.jadariselabs.video.generation.Charge.TooLittle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What follows a charge, once it is committed: the bell, the event, the figures, and the answer to
 * who asked. Thread-safe.
 */
final class Receipts {
  private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);

  private final Delivery delivery;
  private final Announcer announcer;
  private final GenerationMetrics metrics;
  private final Turnstile turnstile;

  Receipts(Delivery delivery, Announcer announcer, GenerationMetrics metrics, Turnstile turnstile) {
    this.delivery = delivery;
    this.announcer = announcer;
    this.metrics = metrics;
    this.turnstile = turnstile;
  }

  /** The answer to a submission that came as far as the charge. */
  Submission of(NewRow row, Charge charge) {
    Draft draft = row.draft();
    if (charge instanceof Charged charged) {
      // The bell is on its way while the event is told; should a worker be quicker still, events
      // are put in order by their seq.
      if (charged.delivered()) {
        delivery.ring(row.priority(), row.id());
      } else {
        turnstile.waits(row.userId());
      }
      announcer.queued(row.id(), row.userId(), 1, charged.position());
      logged(row, charged);
      metrics.accepted(draft);
      return accepted(row, charged);
    }
    if (charge instanceof Repeated repeated) {
      metrics.repeated(draft);
      announcer.ended(repeated.generation());
      return answered(repeated.generation(), repeated.balance(), false);
    }
    if (charge instanceof Replay replay) {
      return replayed(replay);
    }
    if (charge instanceof TooLittle little) {
      Long available = little.available();
      return new Submission.OutOfCredits(draft.credits(), available == null ? 0 : available);
    }
    return charge instanceof Mismatch ? new Submission.KeyMismatch() : new Submission.Suspended();
  }

  /** The answer that an earlier request with the same key got. */
  Submission replayed(Replay replay) {
    return answered(replay.generation(), replay.remainingCredits(), true);
  }

  private static Submission answered(Generation g, long remainingCredits, boolean again) {
    return new Submission.Accepted(
        g.id(),
        g.jobId(),
        g.model(),
        g.estimatedSeconds(),
        g.queuePosition(),
        g.estimatedWait(),
        g.creditsCharged(),
        remainingCredits,
        SubmissionSql.sentences(g.warnings()),
        g.traceId(),
        g.repeats() != null,
        again);
  }

  private static Submission accepted(NewRow row, Charged charged) {
    Draft draft = row.draft();
    return new Submission.Accepted(
        row.id(),
        row.jobId(),
        draft.model(),
        draft.estimatedSeconds(),
        charged.position(),
        charged.waitSeconds(),
        draft.credits(),
        charged.balance(),
        draft.warnings(),
        draft.traceId(),
        false,
        false);
  }

  private static void logged(NewRow row, Charged charged) {
    MDC.put("generationId", row.id());
    MDC.put("userId", row.userId());
    MDC.put("traceId", row.draft().traceId());
    LOG.info("queued at {} of {}", charged.position(), row.priority().wireName());
    MDC.clear();
  }
}
