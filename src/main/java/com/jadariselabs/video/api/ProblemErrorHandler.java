package com.jadariselabs.video.api;

import java.nio.ByteBuffer;
import java.time.Clock;
import org.eclipse.jetty.ee10.servlet.ErrorHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jetty's own errors in the problem shape: requests that are not HTTP, addresses and headers that
 * are too long, {@code sendError} of servlets, whatever a servlet throws.
 */
public final class ProblemErrorHandler extends ErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemErrorHandler.class);
  private static final String ALLOW = "GET, HEAD, POST, PUT, DELETE, OPTIONS";

  private static final long SOON_SECONDS = 5;

  private final Problems problems;
  private final Refusals refusals;
  private final SecurityHeaders headers;
  private final Clock clock;

  ProblemErrorHandler(Problems problems, Refusals refusals, SecurityHeaders headers, Clock clock) {
    this.problems = problems;
    this.refusals = refusals;
    this.headers = headers;
    this.clock = clock;
  }

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  /** Where there is no servlet around the request, as for the server itself, answers at once. */
  @Override
  public boolean writeError(Request request, Response response, Callback callback, int code) {
    if (Request.as(request, ServletContextRequest.class) != null) {
      return super.writeError(request, response, callback, code);
    }
    Response.writeError(request, response, callback, code);
    return true;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Problem problem = problem(request, response);
    String traceId = traceId(request, response);
    byte[] body = problems.bytes(problem.traced(traceId));
    String path = String.valueOf(request.getHttpURI().getPath());
    headers.apply(path, (name, value) -> response.getHeaders().put(name, value));
    response.setStatus(problem.status());
    response.getHeaders().put(TraceFilter.HEADER, traceId);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    if (problem.status() == 405 && !response.getHeaders().contains(HttpHeader.ALLOW)) {
      response.getHeaders().put(HttpHeader.ALLOW, ALLOW);
    }
    if (problem.status() == 503 && !response.getHeaders().contains(HttpHeader.RETRY_AFTER)) {
      // Jetty's own, while it ends: whoever takes its place answers soon.
      response.getHeaders().put(HttpHeader.RETRY_AFTER, SOON_SECONDS);
    }
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  private Problem problem(Request request, Response response) {
    if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException http) {
      return StatusWords.problem(http.getCode());
    }
    if (request.getAttribute(ERROR_EXCEPTION) instanceof Throwable thrown
        && response.getStatus() >= 500) {
      Refusals.Refusal refusal = refusals.of(thrown);
      refusal.headers().forEach((name, value) -> response.getHeaders().put(name, value));
      if (refusal.surprise()) {
        LOG.error("A request failed", thrown);
      }
      return refusal.problem();
    }
    return StatusWords.problem(response.getStatus());
  }

  private String traceId(Request request, Response response) {
    String given = response.getHeaders().get(TraceFilter.HEADER);
    ServletContextRequest servlet = Request.as(request, ServletContextRequest.class);
    if (given == null && servlet != null) {
      given = TraceFilter.traceId(servlet.getServletApiRequest());
    }
    return given != null
        ? given
        : TraceFilter.adoptOrMake(
            request.getHeaders().get(TraceFilter.HEADER),
            request.getHeaders().get(TraceFilter.PARENT),
            clock);
  }
}
