package com.jadariselabs.video.generation;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.ratelimit.KeyLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A valid wish for a video, before anything was charged.
 *
 * @param plainPrompt the prompt with HTML entities decoded, which moderation sees besides
 * @param durationSeconds 1 to 60, at most the model's own maximum
 * @param credits what it costs, at least 1
 * @param estimatedSeconds what the generation itself will take
 * @param providerModel what really runs
 * @param providerDuration the seconds that it really makes
 * @param warnings what the model cannot take as asked
 * @param idempotencyKey null where the caller sent none
 * @param bodyHash tells whether a key is used again with another body; empty without a key
 * @param key the API key that it came by; null where its user is signed in
 * @param fresh whether no earlier result will do
 */
public record Draft(
    String userId,
    Plan plan,
    String prompt,
    String plainPrompt,
    @Nullable String negativePrompt,
    String model,
    int durationSeconds,
    Quality quality,
    @Nullable String style,
    String aspectRatio,
    @Nullable Integer seed,
    @Nullable String imageUrl,
    boolean enhance,
    @Nullable String webhookUrl,
    int credits,
    int estimatedSeconds,
    String providerModel,
    int providerDuration,
    List<String> warnings,
    String traceId,
    @Nullable String idempotencyKey,
    String bodyHash,
    @Nullable KeyLimits key,
    boolean fresh) {}
