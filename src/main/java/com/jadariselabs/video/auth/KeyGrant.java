package com.jadariselabs.video.auth;

import org.jspecify.annotations.Nullable;

/**
 * What an API key lets its bearer do.
 *
 * @param id {@code key_…}
 * @param reads whether it may read and subscribe
 * @param writes whether it may submit and cancel
 * @param perMinute submissions, besides what the owner's limits allow; null: no limit of its own
 */
public record KeyGrant(
    String id,
    boolean reads,
    boolean writes,
    @Nullable Integer perMinute,
    @Nullable Integer perHour,
    @Nullable Integer perDay) {}
