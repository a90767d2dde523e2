package com.jadariselabs.video.socket;

import com.jadariselabs.video.auth.Caller;
import java.util.Optional;

/** Who may come in. Thread-safe; may take a round trip. */
public interface Gate {

  /** The caller of a valid token whose session is not revoked. */
  Optional<Caller> byToken(String jwt);

  /** The caller that a ticket was made for; takes the ticket. */
  Optional<Caller> byTicket(String ticket);
}
