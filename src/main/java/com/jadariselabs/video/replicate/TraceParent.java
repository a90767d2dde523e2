package com.jadariselabs.video.replicate;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The header by which the provider's part joins a trace that a caller has begun (<a
 * href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>): the trace whose id is on this
 * thread's log lines, with a parent id of our own.
 */
final class TraceParent {
  static final String HEADER = "traceparent";

  private static final Pattern TRACE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");

  private TraceParent() {}

  /** Null where the thread's lines belong to no such trace. */
  static @Nullable String ofThisThread() {
    String traceId = MDC.get("traceId");
    if (traceId == null || !TRACE_ID.matcher(traceId).matches()) {
      return null;
    }
    long parent = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    return "00-" + traceId + "-" + HexFormat.of().toHexDigits(parent) + "-01";
  }
}
