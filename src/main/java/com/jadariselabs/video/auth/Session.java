package com.jadariselabs.video.auth;

import java.time.Instant;

/**
 * A session as its user sees it.
 *
 * @param id as {@link Caller#sessionId()}
 * @param createdAt when it was first seen
 * @param lastSeenAt when it last called, to the minute
 * @param current whether it is the one that asks
 */
public record Session(String id, Instant createdAt, Instant lastSeenAt, boolean current) {}
