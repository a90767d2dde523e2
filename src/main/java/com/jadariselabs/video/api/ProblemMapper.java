package com.jadariselabs.video.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever a resource throws leaves as a problem. */
final class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);

  private final Refusals refusals;
  private final Problems problems;

  ProblemMapper(Refusals refusals, Problems problems) {
    this.refusals = refusals;
    this.problems = problems;
  }

  @Override
  public Response toResponse(Throwable thrown) {
    if (thrown instanceof WebApplicationException web && web.getResponse().getStatus() < 400) {
      return web.getResponse();
    }
    Refusals.Refusal refusal = refusals.of(thrown);
    if (refusal.surprise()) {
      LOG.error("A request failed", thrown);
    }
    return problems.response(refusal.problem(), refusal.headers());
  }
}
