package com.jadariselabs.video.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * Lets pages of the configured origins, and of no others, read answers (the Fetch standard's CORS
 * protocol). No cookies are used, so credentials are never allowed.
 */
public final class CorsFilter extends HttpFilter {
  private static final String EXPOSED =
      "X-Trace-Id, Location, ETag, RateLimit, RateLimit-Policy, RateLimit-Limit,"
          + " RateLimit-Remaining, RateLimit-Reset, Retry-After, Idempotency-Replayed";
  private static final String METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
  private static final String HEADERS =
      "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, Range,"
          + " X-Trace-Id";

  private final transient Set<String> origins;
  private final transient Problems problems;

  /**
   * Allows these origins.
   *
   * @param origins as browsers send them, {@code https://host[:port]}
   */
  public CorsFilter(Set<String> origins, Problems problems) {
    this.origins = Set.copyOf(origins);
    this.problems = problems;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.addHeader("Vary", "Origin");
    String origin = request.getHeader("Origin");
    boolean allowed = origin != null && origins.contains(origin);
    if (allowed) {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.setHeader("Access-Control-Expose-Headers", EXPOSED);
    }
    boolean preflight =
        origin != null
            && request.getMethod().equals("OPTIONS")
            && request.getHeader("Access-Control-Request-Method") != null;
    if (!preflight) {
      chain.doFilter(request, response);
    } else if (allowed) {
      response.setHeader("Access-Control-Allow-Methods", METHODS);
      response.setHeader("Access-Control-Allow-Headers", HEADERS);
      response.setHeader("Access-Control-Max-Age", "600");
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    } else {
      problems.write(
          request,
          response,
          Problem.of(Problem.Code.FORBIDDEN, "Pages of this origin may not call the service"));
    }
  }
}
