package com.jadariselabs.video.socket;

import org.jspecify.annotations.Nullable;

/**
 * What a client may show to be let in.
 *
 * @param token a JWT by itself
 * @param authorization the header of that name
 * @param ticket a socket ticket
 */
record Credentials(
    @Nullable String token, @Nullable String authorization, @Nullable String ticket) {

  /** Whether it shows nothing at all. */
  boolean none() {
    return token == null && authorization == null && ticket == null;
  }

  /** Names what there is, and no more: it must never reach a log. */
  @Override
  public String toString() {
    return "Credentials[none=" + none() + "]";
  }
}
