package com.jadariselabs.video.api;

import java.util.Map;

/**
 * A refusal from where only an exception can leave: filters and readers of bodies. Resources answer
 * with {@link Problems#response} instead.
 */
public final class ProblemException extends RuntimeException {
  private final transient Problem problem;
  private final transient Map<String, String> headers;

  /** Refuses with this problem and these headers besides. */
  public ProblemException(Problem problem, Map<String, String> headers) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
    this.headers = Map.copyOf(headers);
  }

  /** Refuses with this problem. */
  public ProblemException(Problem problem) {
    this(problem, Map.of());
  }

  /** What is answered. */
  public Problem problem() {
    return problem;
  }

  /** The headers that go with it, {@code WWW-Authenticate} or {@code Retry-After}. */
  public Map<String, String> headers() {
    return headers;
  }
}
