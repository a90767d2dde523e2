package com.jadariselabs.video.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Gives each request its trace id: the caller's own {@code X-Trace-Id} where it is well formed,
 * else the id of the trace that its {@code traceparent} names, else a new one. It is on the answer,
 * on the request's attributes, and on every log line meanwhile.
 */
public final class TraceFilter extends HttpFilter {
  /** The header of request and answer. */
  public static final String HEADER = "X-Trace-Id";

  /** The log field of the trace id. */
  public static final String MDC_KEY = "traceId";

  /** The header by which W3C Trace Context names the caller's trace. */
  static final String PARENT = "traceparent";

  private static final String ATTRIBUTE = "video.traceId";
  private static final List<String> MDC_KEYS = List.of(MDC_KEY, "userId", "generationId");
  private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final long RANDOM_PARTS = 36L * 36 * 36 * 36 * 36 * 36 * 36 * 36;

  private final transient Clock clock;

  /** Trace ids that tell the time by this clock. */
  public TraceFilter(Clock clock) {
    this.clock = clock;
  }

  /** The request's trace id, or null where none has been given yet. */
  public static @Nullable String traceId(HttpServletRequest request) {
    return (String) request.getAttribute(ATTRIBUTE);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String traceId = adoptOrMake(request.getHeader(HEADER), request.getHeader(PARENT), clock);
    request.setAttribute(ATTRIBUTE, traceId);
    response.setHeader(HEADER, traceId);
    MDC.put(MDC_KEY, traceId);
    try {
      chain.doFilter(request, response);
    } finally {
      MDC_KEYS.forEach(MDC::remove);
    }
  }

  /** The caller's id or trace where well formed, else {@code vid_<time, base36>_<random>}. */
  static String adoptOrMake(@Nullable String callers, @Nullable String parent, Clock clock) {
    if (callers != null && WELL_FORMED.matcher(callers).matches()) {
      return callers;
    }
    return TraceContext.traceId(parent).orElseGet(() -> made(clock));
  }

  private static String made(Clock clock) {
    String random = Long.toString(ThreadLocalRandom.current().nextLong(RANDOM_PARTS), 36);
    return "vid_"
        + Long.toString(clock.millis(), 36)
        + "_"
        + "0".repeat(8 - random.length())
        + random;
  }
}
