package com.jadariselabs.video.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Map;
import org.slf4j.MDC;

/** Writes a problem, for resources and for servlets alike. Thread-safe. */
public final class Problems {
  private final ObjectMapper json;

  /** Problems written by the service's own mapper. */
  public Problems(ObjectMapper json) {
    this.json = json;
  }

  /** The answer of a resource or an exception mapper, with the trace id of its thread. */
  public Response response(Problem problem) {
    return response(problem, Map.of());
  }

  /** The same with more headers. */
  public Response response(Problem problem, Map<String, String> headers) {
    Response.ResponseBuilder response =
        Response.status(problem.status())
            .type(Problem.MEDIA_TYPE)
            .entity(bytes(problem.traced(MDC.get(TraceFilter.MDC_KEY))));
    headers.forEach(response::header);
    return response.build();
  }

  /**
   * Answers a servlet's request, with the request's trace id. Headers such as {@code Retry-After}
   * are set by the caller before.
   */
  public void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    byte[] body = bytes(problem.traced(TraceFilter.traceId(request)));
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** The problem as JSON. */
  byte[] bytes(Problem problem) {
    try {
      return json.writeValueAsBytes(problem);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
