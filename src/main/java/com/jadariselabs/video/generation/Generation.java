package com.jadariselabs.video.generation;

import com.jadariselabs.video.queue.Priority;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A generation's row.
 *
 * @param stage while processing {@code enhancing}, {@code generating} or {@code uploading}; {@code
 *     done} when completed; else null
 * @param percent 0 to 100
 * @param durationSeconds as asked, 1 to 60
 * @param providerDuration the seconds that the model really makes
 * @param warnings a JSON array of sentences
 * @param seq the number of its latest event
 * @param run 1, and one more with each retry by an admin
 * @param attempts of this run, the present one included
 * @param imageKey the start image, once it was fetched
 * @param repeats the generation whose result this one was answered with
 * @param leaseToken the fence of who works on it, null when nobody does
 * @param mediaRemovedAt when its video and poster were removed, because their time was over
 */
public record Generation(
    String id,
    String jobId,
    String userId,
    String plan,
    int priority,
    String status,
    @Nullable String stage,
    int percent,
    String prompt,
    @Nullable String negativePrompt,
    @Nullable String enhancedPrompt,
    String model,
    @org.jdbi.v3.core.mapper.reflect.ColumnName("duration") int durationSeconds,
    String quality,
    @Nullable String style,
    String aspectRatio,
    @Nullable Integer seed,
    @Nullable String imageUrl,
    boolean enhance,
    @Nullable String webhookUrl,
    String providerModel,
    int providerDuration,
    String warnings,
    int estimatedSeconds,
    int estimatedWait,
    int queuePosition,
    int creditsCharged,
    int creditsRefunded,
    String traceId,
    long seq,
    int run,
    int attempts,
    int crashes,
    boolean delivered,
    @Nullable Long leaseToken,
    @Nullable String leaseOwner,
    @Nullable Instant retryAt,
    @Nullable Instant deadlineAt,
    @Nullable String errorCode,
    @Nullable String errorMessage,
    @Nullable String videoKey,
    @Nullable String posterKey,
    @Nullable String imageKey,
    @Nullable String repeats,
    Instant createdAt,
    Instant queuedAt,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable Instant mediaRemovedAt) {

  /** Where it stands. */
  public Status state() {
    return Status.of(status);
  }

  /**
   * The fence of whoever works on it.
   *
   * @throws IllegalStateException when nobody does
   */
  public long token() {
    Long token = leaseToken;
    if (token == null) {
      throw new IllegalStateException("no lease is held");
    }
    return token;
  }

  /** The delivery queue that it goes through. */
  public Priority deliveryPriority() {
    return Ranks.priority(priority);
  }
}
