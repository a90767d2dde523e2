package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jetty.setup.ServletEnvironment;
import io.prometheus.client.CollectorRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/** What holds for every request, whoever answers it: the filters, the problem shape, the pages. */
public final class HttpFront {
  private static final long MAX_BODY_BYTES = 64 * 1024;

  /** The provider tells a prediction's whole log, and it is signed as a whole. */
  private static final Map<String, Long> LARGER_BODIES =
      Map.of("/api/webhooks/replicate", 2L * 1024 * 1024);

  private static final long MOST_UNREAD_OF_ONE = 2L * 1024 * 1024;
  private static final long MOST_UNREAD = 64L * 1024 * 1024;
  private static final Duration LONGEST_ARRIVAL = Duration.ofSeconds(10);

  private final Problems problems;
  private final Refusals refusals;
  private final SecurityHeaders securityHeaders;
  private final Set<String> origins;
  private final CollectorRegistry registry;
  private final @Nullable String metricsToken;
  private final Clock clock;

  /**
   * The front.
   *
   * @param origins of pages that may call the service
   * @param metricsToken what {@code /api/metrics} asks for, or null
   * @param unavailable whether an exception means that PostgreSQL or Redis is away
   */
  public HttpFront(
      ObjectMapper json,
      SecurityHeaders securityHeaders,
      Set<String> origins,
      CollectorRegistry registry,
      @Nullable String metricsToken,
      Predicate<Throwable> unavailable,
      Clock clock) {
    this.problems = new Problems(json);
    this.refusals = new Refusals(unavailable);
    this.securityHeaders = securityHeaders;
    this.origins = Set.copyOf(origins);
    this.registry = registry;
    this.metricsToken = metricsToken;
    this.clock = clock;
  }

  /** Writes problems, for servlets and resources. */
  public Problems problems() {
    return problems;
  }

  /** Turns what was thrown into problems. */
  Refusals refusals() {
    return refusals;
  }

  /** Puts everything in its place; filters run in this order. */
  public void install(Environment environment) {
    filter(environment.servlets(), "trace", new TraceFilter(clock), "/*");
    filter(environment.servlets(), "security-headers", securityHeaders, "/*");
    filter(environment.servlets(), "cors", new CorsFilter(origins, problems), "/*");
    filter(environment.servlets(), "request-metrics", new RequestMetrics(registry), "/api/*");
    filter(
        environment.servlets(),
        "body-limit",
        new BodyLimit(MAX_BODY_BYTES, LARGER_BODIES, Set.of(HotRoutes.ENDPOINT), problems),
        "/api/*");

    environment.jersey().register(new StrictBodies(environment.getObjectMapper()));
    ProblemMapper mapper = new ProblemMapper(refusals, problems);
    environment.jersey().register(mapper);
    environment.jersey().register(new ViolationMapper(mapper));
    environment.jersey().register(RequestMetrics.templates());

    environment
        .servlets()
        .addServlet("metrics", new MetricsServlet(registry, metricsToken, problems))
        .addMapping("/api/metrics");
    environment.servlets().addServlet("studio", new StudioServlet(problems)).addMapping("/");
    filter(environment.admin(), "trace", new TraceFilter(clock), "/*");
    filter(environment.admin(), "security-headers", securityHeaders, "/*");
    environment
        .admin()
        .addServlet("prometheus", new MetricsServlet(registry, null, problems))
        .addMapping("/prometheus");

    ProblemErrorHandler errors =
        new ProblemErrorHandler(problems, refusals, securityHeaders, clock);
    environment.getApplicationContext().setErrorHandler(errors);
    environment.lifecycle().addEventListener(new Outermost(errors));
  }

  private static void filter(
      ServletEnvironment servlets, String name, Filter filter, String paths) {
    FilterRegistration.Dynamic registration = servlets.addFilter(name, filter);
    registration.setAsyncSupported(true);
    registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, paths);
  }

  /** Dropwizard gives the server handlers of its own while building it; these come after. */
  private record Outermost(ProblemErrorHandler errors) implements LifeCycle.Listener {
    @Override
    public void lifeCycleStarting(LifeCycle event) {
      if (event instanceof Server server) {
        server.setErrorHandler(errors);
        Handler bodies =
            new WholeBodies(server.getHandler(), MAX_BODY_BYTES, LARGER_BODIES, LONGEST_ARRIVAL);
        server.setHandler(
            new UnreadAnswers(new RestOfBody(bodies), MOST_UNREAD_OF_ONE, MOST_UNREAD));
      }
    }
  }
}
