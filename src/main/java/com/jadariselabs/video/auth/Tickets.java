package com.jadariselabs.video.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/**
 * Single-use admissions to a socket, for clients that cannot send a header: good for one use within
 * 30 seconds on any instance, bound to the caller who asked. Thread-safe; each call is one round
 * trip to PostgreSQL.
 */
public final class Tickets {
  /** How long a ticket is good for. */
  public static final int SECONDS = 30;

  private static final int BYTES = 32;
  private static final int LONGEST = 64;

  private final TicketDao dao;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** Tickets kept in this database. */
  public Tickets(Jdbi jdbi, Clock clock) {
    this.dao = jdbi.onDemand(TicketDao.class);
    this.clock = clock;
  }

  /** A new ticket for this caller, of URL-safe characters. */
  public String issue(Caller caller) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    dao.keep(
        digest(ticket),
        caller.userId(),
        caller.plan(),
        String.join(",", caller.roles()),
        caller.sessionId(),
        caller.expiresAt(),
        SECONDS);
    return ticket;
  }

  /**
   * Uses a ticket up.
   *
   * @return its caller; empty if it is unknown, used or too old, or the token behind it has expired
   */
  public Optional<Caller> redeem(String ticket) {
    if (ticket.isEmpty() || ticket.length() > LONGEST) {
      return Optional.empty();
    }
    return dao.take(digest(ticket))
        .filter(row -> row.tokenExpiresAt().isAfter(clock.instant()))
        .map(
            row ->
                new Caller(
                    row.userId(),
                    row.plan(),
                    Set.of(row.roles().split(",")),
                    row.sessionId(),
                    row.tokenExpiresAt()));
  }

  private static byte[] digest(String ticket) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
