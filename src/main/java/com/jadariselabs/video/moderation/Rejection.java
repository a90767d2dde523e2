package com.jadariselabs.video.moderation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rejected text or picture, for admins; what it was is not kept.
 *
 * @param subject as {@link Subject#wireName()}
 * @param category as {@link Category#wireName()}
 * @param rule which rule of the lists, or what the moderation API found
 * @param points what it cost
 * @param generationId null where none came to be
 */
public record Rejection(
    long id,
    Instant at,
    String subject,
    String category,
    String rule,
    int points,
    @Nullable String generationId) {}
