package com.jadariselabs.video.api;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** All metrics in Prometheus' text format 0.0.4, to whoever knows the token if there is one. */
public final class MetricsServlet extends HttpServlet {
  private final transient CollectorRegistry registry;
  private final @Nullable String token;
  private final transient Problems problems;

  /**
   * Metrics of this registry.
   *
   * @param token the bearer token that is asked for, or null for nobody being asked
   */
  public MetricsServlet(CollectorRegistry registry, @Nullable String token, Problems problems) {
    this.registry = registry;
    this.token = token;
    this.problems = problems;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RequestMetrics.name(request, "/api/metrics");
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      response.setHeader("Allow", "GET, HEAD");
      problems.write(request, response, StatusWords.problem(405));
      return;
    }
    if (!admitted(request.getHeader("Authorization"))) {
      response.setHeader("WWW-Authenticate", "Bearer");
      problems.write(request, response, StatusWords.problem(401));
      return;
    }
    response.setContentType(TextFormat.CONTENT_TYPE_004);
    response.setHeader("Cache-Control", "no-store");
    try (Writer out = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8)) {
      TextFormat.write004(out, registry.metricFamilySamples());
    }
  }

  private boolean admitted(@Nullable String authorization) {
    if (token == null) {
      return true;
    }
    return authorization != null
        && MessageDigest.isEqual(
            ("Bearer " + token).getBytes(StandardCharsets.UTF_8),
            authorization.getBytes(StandardCharsets.UTF_8));
  }
}
