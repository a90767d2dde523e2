package com.jadariselabs.video.socket;

/** Why the server closes a socket: codes of RFC 6455, 7.4, and the contract's own. */
enum Farewell {
  DONE(1000, "done"),
  RESTART(1012, "service restart"),
  GONE(1001, "no sign of life"),
  NOT_ENGINE_IO(1002, "not Engine.IO"),
  MALFORMED_TEXT(1007, "not UTF-8"),
  TOO_NOISY(1008, "too many messages"),
  TOO_LARGE(1009, "message too large"),
  UNAUTHORIZED(4401, "token expired or revoked"),
  TOO_SLOW(4408, "reader too slow, resume with after");

  private final int code;
  private final String reason;

  Farewell(int code, String reason) {
    this.code = code;
    this.reason = reason;
  }

  int code() {
    return code;
  }

  String reason() {
    return reason;
  }
}
