package com.jadariselabs.video;

import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.auth.Verification;
import com.jadariselabs.video.socket.Gate;
import java.util.Optional;

/** Lets the same callers through the realtime door as through the others. */
record BearerGate(Bearer bearer) implements Gate {
  @Override
  public Optional<Caller> byToken(String jwt) {
    return caller(bearer.ofToken(jwt));
  }

  @Override
  public Optional<Caller> byTicket(String ticket) {
    return caller(bearer.ofTicket(ticket));
  }

  private static Optional<Caller> caller(Verification verification) {
    return verification instanceof Verification.Valid valid
        ? Optional.of(valid.caller())
        : Optional.empty();
  }
}
