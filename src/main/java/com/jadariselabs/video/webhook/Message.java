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
 */
public record Message(
    String id,
    String generationId,
    String userId,
    String url,
    String type,
    Instant occurredAt,
    @Nullable String body,
    int tries) {

  Message with(String text) {
    return new Message(id, generationId, userId, url, type, occurredAt, text, tries);
  }
}
