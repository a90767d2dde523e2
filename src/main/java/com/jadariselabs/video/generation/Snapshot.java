package com.jadariselabs.video.generation;

import com.jadariselabs.video.events.GenerationEvent;

/**
 * A generation's present state, as an observer needs it.
 *
 * @param status {@code queued}, {@code processing}, {@code completed}, {@code failed} or {@code
 *     cancelled}
 * @param seq the number of its latest event
 * @param present the event that tells this state; its {@code seq} equals {@code seq}
 */
public record Snapshot(
    String generationId,
    String userId,
    String status,
    boolean terminal,
    long seq,
    GenerationEvent present) {}
