package com.jadariselabs.video.auth;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, from what a request carries: one way for resources, servlets and sockets. Thread-safe;
 * nothing but {@link #ofTicket} and a key that was not used here lately waits for a database.
 */
public final class Bearer {
  private static final Verification MISSING = new Verification.Missing();
  private static final String SCHEME = "bearer";

  private final Tokens tokens;
  private final Sessions sessions;
  private final Tickets tickets;
  private final ApiKeys keys;

  /** Lets in by tokens, keys and tickets whose sessions are not revoked. */
  public Bearer(Tokens tokens, Sessions sessions, Tickets tickets, ApiKeys keys) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.tickets = tickets;
    this.keys = keys;
  }

  /** Who sent this request, by its {@code Authorization} header. */
  public Verification of(HttpServletRequest request) {
    return ofHeaders(Collections.list(request.getHeaders("Authorization")));
  }

  /** Who sent these {@code Authorization} headers; two of them are nobody's. */
  public Verification ofHeaders(@Nullable List<String> headers) {
    if (headers == null || headers.isEmpty()) {
      return MISSING;
    }
    if (headers.size() > 1) {
      return new Verification.Invalid("more than one Authorization header");
    }
    String header = headers.get(0).strip();
    int space = header.indexOf(' ');
    String scheme = space < 0 ? header : header.substring(0, space);
    if (!scheme.equalsIgnoreCase(SCHEME) || space < 0) {
      // Another scheme, or none: there is no bearer token (RFC 6750, section 3.1).
      return MISSING;
    }
    return ofToken(header.substring(space + 1).strip());
  }

  /** Whose token or key this is, when it came by another way than the header. */
  public Verification ofToken(String token) {
    if (token.isEmpty()) {
      return MISSING;
    }
    Verification verification =
        token.startsWith(KeyText.BEGINNING) ? keys.verify(token) : tokens.verify(token);
    return verification instanceof Verification.Valid valid && !sessions.admits(valid.caller())
        ? new Verification.Invalid("session revoked")
        : verification;
  }

  /** Whose ticket this is; it is used up, whatever comes of it. */
  public Verification ofTicket(String ticket) {
    Optional<Caller> caller = tickets.redeem(ticket);
    return caller.isPresent() && sessions.stillAdmits(caller.get())
        ? new Verification.Valid(caller.get())
        : new Verification.Invalid("ticket unknown, used or too old");
  }
}
