package com.jadariselabs.video.generation;

import com.jadariselabs.video.catalog.Plan;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What generations count. */
final class GenerationMetrics {
  private static final double[] SECONDS = {
    0.005, 0.05, 0.25, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600
  };

  private final Histogram processing;
  private final Histogram waiting;
  private final Counter jobs;
  private final Counter generations;
  private final Counter consumed;
  private final Counter refunded;

  /**
   * Counts in this registry, every label from 0.
   *
   * @param models those that can be asked for
   */
  GenerationMetrics(CollectorRegistry registry, Collection<String> models) {
    processing =
        Histogram.build("video_queue_processing_time_seconds", "From the start to the end of a run")
            .buckets(SECONDS)
            .register(registry);
    waiting =
        Histogram.build("video_queue_wait_time_seconds", "From the submission to the first start")
            .buckets(SECONDS)
            .register(registry);
    jobs =
        Counter.build("video_queue_jobs_total", "Ends of attempts and of jobs")
            .labelNames("status")
            .register(registry);
    for (String status : new String[] {"success", "failed", "retried", "cancelled"}) {
      jobs.labels(status);
    }
    generations =
        Counter.build("video_generations_total", "Accepted submissions")
            .labelNames("plan", "model")
            .register(registry);
    consumed =
        Counter.build("video_credits_consumed_total", "Credits charged")
            .labelNames("plan")
            .register(registry);
    for (Plan plan : Plan.values()) {
      consumed.labels(plan.wireName());
      models.forEach(model -> generations.labels(plan.wireName(), model));
    }
    refunded =
        Counter.build("video_credits_refunded_total", "Credits given back").register(registry);
  }

  void accepted(Draft draft) {
    generations.labels(draft.plan().wireName(), draft.model()).inc();
    consumed.labels(draft.plan().wireName()).inc(draft.credits());
  }

  /** Answered with an earlier result: nothing is charged and nothing runs. */
  void repeated(Draft draft) {
    generations.labels(draft.plan().wireName(), draft.model()).inc();
  }

  /** A run that an admin asked for: paid like the first, but no new submission. */
  void chargedAgain(Generation g) {
    consumed.labels(g.plan()).inc(g.creditsCharged());
  }

  void started(Generation g) {
    Instant started = g.startedAt();
    if (started != null && g.attempts() == 1 && g.crashes() == 0) {
      waiting.observe(seconds(g.run() == 1 ? g.createdAt() : g.queuedAt(), started));
    }
  }

  void ended(Generation g) {
    jobs.labels(
            switch (g.state()) {
              case COMPLETED -> "success";
              case FAILED -> "failed";
              case CANCELLED -> "cancelled";
              case QUEUED, PROCESSING -> "retried";
            })
        .inc();
    refunded.inc(g.state().terminal() ? g.creditsRefunded() : 0);
    Instant ended = g.completedAt();
    if (ended != null && g.startedAt() != null && g.state() != Status.CANCELLED) {
      processing.observe(seconds(g.startedAt(), ended));
    }
  }

  private static double seconds(@Nullable Instant from, Instant to) {
    return from == null ? 0 : Math.max(0, Duration.between(from, to).toMillis() / 1000.0);
  }
}
