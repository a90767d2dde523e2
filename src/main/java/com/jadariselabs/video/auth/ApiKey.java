package com.jadariselabs.video.auth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as its owner sees it; public for the mapping alone.
 *
 * @param id {@code key_} and what the key's text shows of itself
 * @param reads whether it may read and subscribe
 * @param writes whether it may submit and cancel
 * @param plan as its owner was last seen with
 * @param perMinute submissions, besides what the owner's limits allow; null: no limit of its own
 * @param lastUsedAt to the minute; null: never
 * @param expiresAt null: never
 */
public record ApiKey(
    String id,
    String userId,
    String name,
    boolean reads,
    boolean writes,
    String plan,
    @Nullable Integer perMinute,
    @Nullable Integer perHour,
    @Nullable Integer perDay,
    Instant createdAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant expiresAt) {

  /** The part of the key's text by which its owner can tell it. */
  public String prefix() {
    return KeyText.prefix(id);
  }
}
