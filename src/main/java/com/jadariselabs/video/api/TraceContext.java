package com.jadariselabs.video.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reading {@code traceparent} by <a href="https://www.w3.org/TR/trace-context/">W3C Trace
 * Context</a>, level 1: a header that is not well formed is as none.
 */
final class TraceContext {
  private static final Pattern PARENT =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?");
  private static final String NO_TRACE = "0".repeat(32);
  private static final String NO_PARENT = "0".repeat(16);

  private TraceContext() {}

  /** The trace's id: 32 lower case hexadecimal digits, not all of them 0. */
  static Optional<String> traceId(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    Matcher parts = PARENT.matcher(header.strip());
    if (!parts.matches()) {
      return Optional.empty();
    }
    String version = parts.group(1);
    // Later versions may say more; this one may not.
    boolean known = !version.equals("ff") && (!version.equals("00") || parts.group(4) == null);
    String trace = parts.group(2);
    return known && !trace.equals(NO_TRACE) && !parts.group(3).equals(NO_PARENT)
        ? Optional.of(trace)
        : Optional.empty();
  }
}
