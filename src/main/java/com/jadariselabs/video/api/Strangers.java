package com.jadariselabs.video.api;

import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Verification;
import com.jadariselabs.video.ratelimit.AddressLimits;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * How often one network address may be told that it is nobody: beyond that its calls without a
 * valid token are answered 429 before anything is read of them. Callers with a valid token at the
 * same address, and what is public, do not notice.
 */
final class Strangers extends HttpFilter {
  private static final Set<String> PUBLIC =
      Set.of(
          "/api/auth/token",
          "/api/metrics",
          "/api/models",
          "/api/openapi.json",
          "/api/studio/config",
          "/api/webhooks/replicate");

  private final transient Bearer bearer;
  private final transient AddressLimits limits;
  private final transient Problems problems;

  Strangers(Bearer bearer, AddressLimits limits, Problems problems) {
    this.bearer = bearer;
    this.limits = limits;
    this.problems = problems;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String address = request.getRemoteAddr();
    long wait = limits.look(address);
    if (wait > 0 && isStranger(request)) {
      Reply tooFast = Reply.tooFast(wait);
      tooFast.headers().forEach(response::setHeader);
      problems.write(request, response, (Problem) tooFast.body());
      return;
    }
    chain.doFilter(request, response);
    if (!request.isAsyncStarted() && response.getStatus() == 401) {
      limits.take(address);
    }
  }

  private boolean isStranger(HttpServletRequest request) {
    return !PUBLIC.contains(request.getRequestURI())
        && !carriesElsewhere(request)
        && !(bearer.of(request) instanceof Verification.Valid);
  }

  /** Sockets may bring what they have in other places, and look at it themselves. */
  private static boolean carriesElsewhere(HttpServletRequest request) {
    return request.getHeader("Upgrade") != null && request.getHeader("Authorization") == null;
  }
}
