package com.jadariselabs.video.monitoring;

import ch.qos.logback.classic.pattern.RootCauseFirstThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One JSON object a line: {@code timestamp}, {@code level}, {@code service}, {@code message}, where
 * known {@code traceId}, {@code userId}, {@code generationId}, then {@code logger}, {@code thread}
 * and {@code exception}.
 *
 * <p>Everything outside ASCII is escaped, so that the line is right in every terminal's encoding
 * and no line separator of Unicode ends it early. Secrets that slipped into a message are blotted
 * out.
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final List<String> CONTEXT = List.of("traceId", "userId", "generationId");

  private final String service;
  private final JsonFactory json =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private final RootCauseFirstThrowableProxyConverter stackTraces =
      new RootCauseFirstThrowableProxyConverter();
  private final Redaction redaction = new Redaction();

  LineLayout(String service) {
    this.service = service;
  }

  @Override
  public void start() {
    stackTraces.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator out = json.createGenerator(line)) {
      out.writeStartObject();
      out.writeStringField("timestamp", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
      out.writeStringField("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
      out.writeStringField("service", service);
      out.writeStringField("message", redaction.of(String.valueOf(event.getFormattedMessage())));
      Map<String, String> context = event.getMDCPropertyMap();
      for (String key : CONTEXT) {
        String value = context.get(key);
        if (value != null) {
          out.writeStringField(key, value);
        }
      }
      out.writeStringField("logger", event.getLoggerName());
      out.writeStringField("thread", event.getThreadName());
      if (event.getThrowableProxy() != null) {
        out.writeStringField("exception", redaction.of(stackTraces.convert(event)));
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.append('\n').toString();
  }
}
