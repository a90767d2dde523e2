package com.jadariselabs.video.retention;

/**
 * A generation that its owner purged.
 *
 * @param status how it had ended
 * @param refunded credits, when it ended
 * @param remaining credits of its owner now
 */
public record Purged(String status, int refunded, long remaining) {}
