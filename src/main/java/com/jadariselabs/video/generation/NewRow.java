package com.jadariselabs.video.generation;

import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.ratelimit.KeyLimits;
import org.jspecify.annotations.Nullable;

/** A draft with what the service adds before it becomes a row; public for the binding alone. */
public record NewRow(
    String id, String jobId, Draft draft, Priority priority, int position, int waitSeconds) {

  String userId() {
    return draft.userId();
  }

  @Nullable String apiKeyId() {
    KeyLimits key = draft.key();
    return key == null ? null : key.keyId();
  }
}
