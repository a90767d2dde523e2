package com.jadariselabs.video.api;

import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/**
 * Fields out of their limits. A mapper of its own, because Jersey brings one for validation that is
 * nearer to the exception than {@link ProblemMapper}.
 */
final class ViolationMapper implements ExceptionMapper<ConstraintViolationException> {
  private final ProblemMapper mapper;

  ViolationMapper(ProblemMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public Response toResponse(ConstraintViolationException violation) {
    return mapper.toResponse(violation);
  }
}
