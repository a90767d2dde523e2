package com.jadariselabs.video.moderation;

import java.time.Instant;

/**
 * A rejected text, for admins; the text itself is not kept.
 *
 * @param category as {@link Category#wireName()}
 * @param rule which rule of the lists
 * @param points what it cost
 */
public record Rejection(long id, Instant at, String category, String rule, int points) {}
