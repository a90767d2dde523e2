package com.jadariselabs.video.credits;

import java.time.Instant;

/**
 * A user's account.
 *
 * @param plan the plan when it was opened
 * @param balance whole credits, never negative
 * @param status {@code active} or {@code suspended}
 */
public record Account(String userId, String plan, long balance, String status, Instant createdAt) {}
