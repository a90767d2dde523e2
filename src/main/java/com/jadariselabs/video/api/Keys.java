package com.jadariselabs.video.api;

import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.auth.KeyGrant;
import com.jadariselabs.video.ratelimit.KeyLimits;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What holds for callers that come by an API key. */
final class Keys {
  private Keys() {}

  /** The key that the caller came by, with limits of its own; null for who is signed in. */
  static @Nullable KeyLimits limits(Caller caller) {
    KeyGrant key = caller.key();
    return key == null
        ? null
        : KeyLimits.of(key.id(), key.perMinute(), key.perHour(), key.perDay());
  }

  /** The 403 of a key whose scopes do not allow this method; empty where they do. */
  static Optional<Reply> refusal(Caller caller, String method) {
    boolean reads =
        switch (method) {
          case "GET", "HEAD", "OPTIONS" -> true;
          default -> false;
        };
    return (reads ? caller.mayRead() : caller.mayWrite())
        ? Optional.empty()
        : Optional.of(refusal(reads ? "read" : "write"));
  }

  /** RFC 6750, section 3.1. */
  private static Reply refusal(String scope) {
    return Reply.refusal(Problem.Code.FORBIDDEN, "This API key has no scope " + scope + ".")
        .with("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
  }
}
