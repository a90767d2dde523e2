package com.jadariselabs.video.auth;

/** What looking at a caller's credentials came to. */
public sealed interface Verification {

  /** A token that holds, of a session that is not revoked. */
  record Valid(Caller caller) implements Verification {}

  /**
   * A token that does not hold.
   *
   * @param reason for a log at debug level and for tests, never for the caller; holds nothing of
   *     the token
   */
  record Invalid(String reason) implements Verification {}

  /** No token at all. */
  record Missing() implements Verification {}

  /** The {@code WWW-Authenticate} of a 401 after this outcome (RFC 6750, section 3). */
  default String challenge() {
    return this instanceof Missing ? "Bearer" : "Bearer error=\"invalid_token\"";
  }
}
