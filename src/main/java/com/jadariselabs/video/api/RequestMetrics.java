package com.jadariselabs.video.api;

import com.google.common.base.Throwables;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.io.EofException;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.uri.UriTemplate;

/**
 * Counts and times the requests of {@code /api}. The endpoint is the route's template, so that no
 * path of a caller's making becomes a label; a servlet names its own by {@link #name}, and what is
 * refused before anybody could name it goes by the description of the API.
 */
public final class RequestMetrics extends HttpFilter {
  private static final String ENDPOINT = "video.endpoint";
  private static final String OTHER = "other";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final transient Routes routes = Routes.described();
  private final transient Counter requests;
  private final transient Histogram durations;

  /** Registers the metrics. */
  public RequestMetrics(CollectorRegistry registry) {
    requests =
        Counter.build("video_api_requests_total", "Requests answered")
            .labelNames("endpoint", "method", "status")
            .register(registry);
    durations =
        Histogram.build("video_api_request_duration_seconds", "From request to answer")
            .labelNames("endpoint")
            .buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
            .register(registry);
    // There from the start: a rate does not see the one that a counter begins with.
    for (Routes.Answer answer : routes.answers()) {
      requests.labels(answer.endpoint(), answer.method(), answer.status());
      durations.labels(answer.endpoint());
    }
  }

  /** Names the endpoint of a request that a servlet answers: a route, never a raw path. */
  public static void name(HttpServletRequest request, String endpoint) {
    request.setAttribute(ENDPOINT, endpoint);
  }

  /** Names the endpoints of Jersey's resources; to be registered with Jersey. */
  public static ContainerResponseFilter templates() {
    return new Templates();
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    long start = System.nanoTime();
    try {
      chain.doFilter(request, response);
    } catch (Throwable e) {
      record(request, statusAfter(e, response), start);
      throw e;
    }
    if (request.isAsyncStarted()) {
      request.getAsyncContext().addListener(new Completion(request, response, start));
    } else {
      record(request, response.getStatus(), start);
    }
  }

  /** Whoever hangs up in the middle of an answer is no failure of ours. */
  private static int statusAfter(Throwable thrown, HttpServletResponse response) {
    boolean hungUp =
        Throwables.getCausalChain(thrown).stream().anyMatch(EofException.class::isInstance);
    return hungUp && response.isCommitted() ? response.getStatus() : 500;
  }

  private void record(HttpServletRequest request, int status, long start) {
    String endpoint =
        Optional.ofNullable(request.getAttribute(ENDPOINT))
            .map(Object::toString)
            .or(() -> routes.of(request.getRequestURI()))
            .orElse(OTHER);
    String method = METHODS.contains(request.getMethod()) ? request.getMethod() : OTHER;
    requests.labels(endpoint, method, Integer.toString(status)).inc();
    // An upgraded connection lasts as long as its user stays.
    if (status != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
      durations.labels(endpoint).observe((System.nanoTime() - start) / 1e9);
    }
  }

  private final class Completion implements AsyncListener {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final long start;

    Completion(HttpServletRequest request, HttpServletResponse response, long start) {
      this.request = request;
      this.response = response;
      this.start = start;
    }

    @Override
    public void onComplete(AsyncEvent event) {
      record(request, response.getStatus(), start);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      // Completion follows.
    }

    @Override
    public void onError(AsyncEvent event) {
      // Completion follows.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }

  private static final class Templates implements ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
      if (request.getUriInfo() instanceof ExtendedUriInfo uri) {
        List<UriTemplate> templates = uri.getMatchedTemplates();
        if (!templates.isEmpty()) {
          StringBuilder endpoint = new StringBuilder("/api");
          for (int i = templates.size() - 1; i >= 0; i--) {
            endpoint.append(templates.get(i).getTemplate());
          }
          request.setProperty(ENDPOINT, endpoint.toString().replaceAll("/+", "/"));
        }
      }
    }
  }
}
