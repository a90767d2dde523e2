package com.jadariselabs.video.api;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** Problems as answers. */
final class Refusals {
  private Refusals() {}

  /** This problem with its own status. */
  static Response of(Problem problem) {
    return Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem).build();
  }

  /** Too many calls; come again after so many seconds. */
  static Response tooFast(long seconds) {
    return Response.fromResponse(
            of(Problem.of(Problem.Code.RATE_LIMITED, "Try again in " + seconds + " s")))
        .header(HttpHeaders.RETRY_AFTER, seconds)
        .build();
  }
}
