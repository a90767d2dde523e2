package com.jadariselabs.video.api;

import com.jadariselabs.video.auth.Verification;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.MDC;

/**
 * An answer before it is written, the same for a resource and for a servlet.
 *
 * @param status the HTTP status
 * @param headers besides the content type
 * @param body a record to be written as JSON, or a {@link Problem}
 */
record Reply(int status, Map<String, String> headers, Object body) {

  static Reply ok(Object body) {
    return new Reply(200, Map.of(), body);
  }

  static Reply of(int status, Object body) {
    return new Reply(status, Map.of(), body);
  }

  static Reply refusal(Problem problem) {
    return new Reply(problem.status(), Map.of(), problem);
  }

  static Reply refusal(Problem.Code code, String detail) {
    return refusal(Problem.of(code, detail));
  }

  /** The 401 of a caller without a valid token. */
  static Reply unauthorized(Verification verification) {
    return refusal(
            Problem.Code.UNAUTHORIZED,
            verification instanceof Verification.Missing
                ? "Send a bearer token in the Authorization header."
                : "The token is not valid, has expired or was revoked.")
        .with("WWW-Authenticate", verification.challenge());
  }

  /** Too many calls; the next one is welcome in so many seconds. */
  static Reply tooFast(long seconds) {
    return refusal(Problem.Code.RATE_LIMITED, "Too many requests: try again in " + seconds + " s.")
        .with("Retry-After", Long.toString(seconds));
  }

  Reply with(String header, String value) {
    return with(Map.of(header, value));
  }

  Reply with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new Reply(status, all, body);
  }

  String contentType() {
    return body instanceof Problem ? Problem.MEDIA_TYPE : MediaType.APPLICATION_JSON;
  }

  Response toResponse() {
    Object entity =
        body instanceof Problem problem ? problem.traced(MDC.get(TraceFilter.MDC_KEY)) : body;
    Response.ResponseBuilder builder = Response.status(status).type(contentType()).entity(entity);
    headers.forEach(builder::header);
    return builder.build();
  }
}
