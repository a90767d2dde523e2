package com.jadariselabs.video.socket;

import org.jspecify.annotations.Nullable;

/** What a client says. */
sealed interface ClientMessage {

  /** Follow one generation; {@code after} when the client has its events up to there. */
  record Subscribe(String generationId, @Nullable Long after) implements ClientMessage {}

  /** Follow all of the caller's own. */
  record SubscribeAll() implements ClientMessage {}

  /** Follow it, or all, no longer. */
  record Unsubscribe(String generationId) implements ClientMessage {}

  /** Cancel it. */
  record Cancel(String generationId) implements ClientMessage {}

  /** Are you there? */
  record Ping() implements ClientMessage {}

  /** Something that cannot be answered otherwise. */
  record Wrong(String code, String message, @Nullable String generationId)
      implements ClientMessage {}
}
