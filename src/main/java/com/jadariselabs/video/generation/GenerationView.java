package com.jadariselabs.video.generation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/** A generation as its owner sees it; the wire contract's §2.2 names each member. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record GenerationView(
    String id,
    String jobId,
    String status,
    @Nullable String stage,
    int percent,
    String prompt,
    @Nullable String enhancedPrompt,
    @Nullable String negativePrompt,
    String model,
    int duration,
    String quality,
    @Nullable String style,
    String aspectRatio,
    @Nullable Integer seed,
    String providerModel,
    int providerDuration,
    @Nullable String resultUrl,
    @Nullable String posterUrl,
    @Nullable QueueStatus queueStatus,
    @Nullable Failure error,
    int attempts,
    int creditsCharged,
    int creditsRefunded,
    String traceId,
    String createdAt,
    @Nullable String startedAt,
    @Nullable String completedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String mediaRemovedAt) {

  /** Why it failed. */
  public record Failure(String code, String message) {}

  /**
   * Where it waits: a place in the line, or the time of its next attempt.
   *
   * @param estimatedWaitSeconds for the jobs ahead
   * @param attempt the number of the attempt to come
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record QueueStatus(
      String priority,
      @Nullable Integer position,
      @Nullable Integer estimatedWaitSeconds,
      @Nullable String state,
      @Nullable String retryAt,
      @Nullable Integer attempt) {}

  static GenerationView of(Generation g, @Nullable QueueStatus queue, MediaLinks links) {
    String video = g.videoKey();
    String poster = g.posterKey();
    String code = g.errorCode();
    return new GenerationView(
        g.id(),
        g.jobId(),
        g.status(),
        g.stage(),
        g.percent(),
        g.prompt(),
        g.enhancedPrompt(),
        g.negativePrompt(),
        g.model(),
        g.durationSeconds(),
        g.quality(),
        g.style(),
        g.aspectRatio(),
        g.seed(),
        g.providerModel(),
        g.providerDuration(),
        video == null ? null : links.video(g.id(), video),
        poster == null ? null : links.poster(g.id(), poster),
        queue,
        code == null ? null : new Failure(code, String.valueOf(g.errorMessage())),
        g.attempts(),
        g.creditsCharged(),
        g.creditsRefunded(),
        g.traceId(),
        Moments.iso(g.createdAt()),
        Moments.isoOrNull(g.startedAt()),
        Moments.isoOrNull(g.completedAt()),
        Moments.isoOrNull(g.mediaRemovedAt()));
  }
}
