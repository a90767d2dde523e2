package com.jadariselabs.video;

import com.jadariselabs.video.generation.SubmissionSettings;
import com.jadariselabs.video.pipeline.PipelineSettings;
import com.jadariselabs.video.queue.QueueSettings;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The queue and how generations are worked on; {@code config.yml} explains each.
 *
 * @param maxConcurrent generations that one worker has in progress at once
 * @param timeoutMillis the least time that a generation is given
 * @param maxAttempts attempts in all
 * @param retryBaseMillis the first back-off
 * @param leaseMillis who shows no sign of life for so long loses its generations
 * @param pollIntervalMillis how often a running prediction is asked for
 * @param perUser a user's jobs in the delivery queues at once
 * @param workersMin workers of this process at least
 * @param workersMax and at most
 * @param maxWaitMillis who has waited this long goes before its plan's turn
 * @param maxWaiting beyond it a submission is refused
 * @param maxOutputMebibytes a larger video is refused
 */
public record QueueSection(
    int maxConcurrent,
    long timeoutMillis,
    int maxAttempts,
    long retryBaseMillis,
    long leaseMillis,
    long pollIntervalMillis,
    int perUser,
    int workersMin,
    int workersMax,
    long maxWaitMillis,
    int maxWaiting,
    int maxOutputMebibytes) {
  private static final long DAY = 86_400_000;

  /** Checks each bound. */
  public QueueSection {
    within("maxConcurrent", maxConcurrent, 1, 10_000);
    within("timeoutMillis", timeoutMillis, 1_000, DAY);
    within("maxAttempts", maxAttempts, 1, 100);
    within("retryBaseMillis", retryBaseMillis, 1, DAY);
    within("leaseMillis", leaseMillis, 1_000, DAY);
    within("pollIntervalMillis", pollIntervalMillis, 10, DAY);
    within("perUser", perUser, 1, 100_000);
    within("workersMax", workersMax, 0, 1_000);
    within("workersMin", workersMin, 0, workersMax);
    within("maxWaitMillis", maxWaitMillis, 1_000, 30 * DAY);
    within("maxWaiting", maxWaiting, 1, 10_000_000);
    within("maxOutputMebibytes", maxOutputMebibytes, 1, 100_000);
    if (workersMin == 0 && workersMax > 0) {
      throw new IllegalArgumentException(
          "workersMin must be from 1 to WORKERS_MAX, or both 0 for an instance without workers");
    }
  }

  QueueSettings queue(String instanceId) {
    return new QueueSettings(
        maxConcurrent, workersMin, workersMax, QueueSettings.DEFAULT_NAMESPACE, instanceId);
  }

  PipelineSettings pipeline(@Nullable URI webhooks) {
    return new PipelineSettings(
        Duration.ofMillis(leaseMillis),
        Duration.ofMillis(pollIntervalMillis),
        Duration.ofMillis(timeoutMillis),
        maxAttempts,
        Duration.ofMillis(retryBaseMillis),
        Duration.ofMillis(maxWaitMillis),
        (long) maxOutputMebibytes << 20,
        webhooks);
  }

  SubmissionSettings submissions(boolean tuneSession) {
    return new SubmissionSettings(maxWaiting, perUser, 2, tuneSession);
  }

  private static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", not " + value);
    }
  }
}
