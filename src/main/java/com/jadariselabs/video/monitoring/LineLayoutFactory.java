package com.jadariselabs.video.monitoring;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.logging.common.layout.DiscoverableLayoutFactory;
import java.util.TimeZone;

/** {@code layout: {type: line}} in {@code config.yml}: see {@link LineLayout}. */
@JsonTypeName("line")
public final class LineLayoutFactory implements DiscoverableLayoutFactory<ILoggingEvent> {
  private final String service;

  /** A layout for this service's name. */
  public LineLayoutFactory(@JsonProperty("service") String service) {
    this.service = service;
  }

  @Override
  public LayoutBase<ILoggingEvent> build(LoggerContext context, TimeZone timeZone) {
    LineLayout layout = new LineLayout(service);
    layout.setContext(context);
    return layout;
  }
}
