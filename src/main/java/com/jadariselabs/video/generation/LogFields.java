package com.jadariselabs.video.generation;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Says of which generation the lines until {@link #close} speak, on whatever thread they come. */
final class LogFields implements AutoCloseable {
  private final @Nullable Map<String, String> before = MDC.getCopyOfContextMap();

  private LogFields() {}

  static LogFields of(Generation g) {
    LogFields fields = new LogFields();
    MDC.put("generationId", g.id());
    MDC.put("userId", g.userId());
    MDC.put("traceId", g.traceId());
    return fields;
  }

  @Override
  public void close() {
    if (before == null) {
      MDC.clear();
    } else {
      MDC.setContextMap(before);
    }
  }
}
