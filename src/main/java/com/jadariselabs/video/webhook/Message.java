package com.jadariselabs.video.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as claimed for one try; public for the mapping alone.
 *
 * @param id its {@code webhook-id}
 * @param type {@code generation.completed}, {@code .failed} or {@code .cancelled}
 * @param body as first sent; null before
 * @param tries the one under way included
 * @param replayedAfter the tries before its owner asked for more; 0: nobody did
 * @param since it is tried for a day from then on
 */
public record Message(
    String id,
    String generationId,
    String userId,
    String url,
    String type,
    Instant occurredAt,
    @Nullable String body,
    int tries,
    int replayedAfter,
    Instant since) {

  /** Which try of the schedule this is, from 1. */
  int turn() {
    return tries - replayedAfter;
  }

  Message with(String text) {
    return new Message(
        id, generationId, userId, url, type, occurredAt, text, tries, replayedAfter, since);
  }
}
