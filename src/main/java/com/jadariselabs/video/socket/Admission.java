package com.jadariselabs.video.socket;

import com.jadariselabs.video.auth.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who may connect, from the request's head alone. Thread-safe. */
final class Admission {
  private static final String BEARER = "Bearer ";
  private static final String BEARER_PROTOCOL = "bearer.";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Gate gate;
  private final Set<String> allowedOrigins;

  Admission(Gate gate, Set<String> allowedOrigins) {
    this.gate = gate;
    this.allowedOrigins =
        allowedOrigins.stream().map(Admission::normal).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the page that asks, if it is a page, may. */
  boolean originAllowed(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    if (origin == null) {
      return true;
    }
    String asked = normal(origin);
    return allowedOrigins.contains(asked) || loopbackItself(asked, request.getHeader("Host"));
  }

  /** The caller by {@code Authorization}, or by sub-protocol, or by ticket. */
  Optional<Caller> caller(HttpServletRequest request, Iterable<String> subProtocols) {
    if (request.getHeader("Authorization") != null) {
      return byHeader(request);
    }
    for (String protocol : subProtocols) {
      if (protocol.startsWith(BEARER_PROTOCOL)) {
        return gate.byToken(protocol.substring(BEARER_PROTOCOL.length()));
      }
    }
    String ticket = request.getParameter("ticket");
    return ticket == null ? Optional.empty() : gate.byTicket(ticket);
  }

  /** The caller by a token of its own, else by {@code Authorization}, else by ticket. */
  Optional<Caller> caller(Credentials credentials) {
    if (credentials.token() != null) {
      return gate.byToken(credentials.token());
    }
    if (credentials.authorization() != null) {
      return byAuthorization(credentials.authorization());
    }
    return credentials.ticket() == null ? Optional.empty() : gate.byTicket(credentials.ticket());
  }

  /** The caller by {@code Authorization} alone. */
  Optional<Caller> byHeader(HttpServletRequest request) {
    return byAuthorization(request.getHeader("Authorization"));
  }

  private Optional<Caller> byAuthorization(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? gate.byToken(header.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  /** 401 by RFC 6750: with the reason when there was a token, without when there was none. */
  static void refuse(HttpServletResponse response, boolean tokenGiven) throws IOException {
    response.setHeader(
        "WWW-Authenticate", tokenGiven ? "Bearer error=\"invalid_token\"" : "Bearer");
    response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
  }

  private static boolean loopbackItself(String origin, @Nullable String host) {
    try {
      URI uri = URI.create(origin);
      return uri.getHost() != null
          && LOOPBACK.contains(uri.getHost())
          && uri.getRawAuthority().equals(host == null ? "" : host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String normal(String origin) {
    String lower = origin.strip().toLowerCase(Locale.ROOT);
    String bare = lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
    if (bare.startsWith("https://") && bare.endsWith(":443")) {
      return bare.substring(0, bare.length() - 4);
    }
    return bare.startsWith("http://") && bare.endsWith(":80")
        ? bare.substring(0, bare.length() - 3)
        : bare;
  }
}
