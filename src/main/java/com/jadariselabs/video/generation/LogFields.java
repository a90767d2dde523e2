package com.jadariselabs.video.generation;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Whose log lines these are: {@code generationId}, {@code traceId} and {@code userId} on all lines
 * of this thread until closed, and then what was there before.
 */
public final class LogFields implements AutoCloseable {
  private final @Nullable Map<String, String> before = MDC.getCopyOfContextMap();

  private LogFields() {}

  /** Lines about this generation. */
  public static LogFields of(Generation g) {
    LogFields fields = of(g.id());
    MDC.put("traceId", g.traceId());
    MDC.put("userId", g.userId());
    return fields;
  }

  /** Lines about a generation of which no more is known. */
  public static LogFields of(String generationId) {
    LogFields fields = new LogFields();
    MDC.put("generationId", generationId);
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
