package com.jadariselabs.video.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineLayoutTest {
  private final LoggerContext context = new LoggerContext();

  @Test
  void a_line_has_the_fields_of_the_contract() throws Exception {
    JsonNode line = json(line("hello", null, Map.of("traceId", "t", "userId", "u", "other", "x")));
    assertThat(line.path("timestamp").textValue())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(line.path("level").textValue()).isEqualTo("warn");
    assertThat(line.path("service").textValue()).isEqualTo("the-service");
    assertThat(line.path("message").textValue()).isEqualTo("hello");
    assertThat(line.path("traceId").textValue()).isEqualTo("t");
    assertThat(line.path("userId").textValue()).isEqualTo("u");
    assertThat(line.has("generationId")).isFalse();
    assertThat(line.has("other")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb",
        "a\r\nb",
        "a\u2028b",
        "a\u0085b",
        "\u001b[31mred",
        "\"}\n{\"x\":\"",
        "é😀"
      })
  void no_value_can_make_a_second_line(String value) throws Exception {
    String line = line(value, new IllegalStateException(value), Map.of("userId", value));
    assertThat(line).endsWith("}\n");
    assertThat(line.strip().lines()).hasSize(1);
    assertThat(line.strip().chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
    assertThat(json(line).path("message").textValue()).isEqualTo(value);
    assertThat(json(line).path("userId").textValue()).isEqualTo(value);
    assertThat(json(line).path("exception").textValue()).contains("IllegalStateException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer canary-canary-canary",
        "protocols video.v1, bearer.canary-canary.canary",
        "eyJhbGciOiJIUzI1NiJ9.canary.canary",
        "GET /media/gen_1/video.mp4?expires=1&sig=canary",
        "wss://host/api/socket?ticket=canary",
        "secret whsec_canarycanary",
        "key sb_secret_canarycanary",
        "token r8_canarycanary",
        "jdbc:postgresql://user:canary@host/db",
        "jdbc:postgresql://host/db?user=u&password=canary",
      })
  void what_looks_like_a_secret_is_blotted_out(String message) throws Exception {
    assertThat(line(message, new IllegalStateException(message), Map.of()))
        .doesNotContain("canary");
  }

  @Test
  void what_is_no_secret_stays() throws Exception {
    String message = "The bearer of bad news; token bucket is empty; gen_01 by user ada";
    assertThat(json(line(message, null, Map.of())).path("message").textValue()).isEqualTo(message);
  }

  private String line(String message, @Nullable Throwable thrown, Map<String, String> mdc) {
    Logger logger = context.getLogger("test");
    LoggingEvent event =
        new LoggingEvent("fqcn", logger, Level.WARN, message, thrown, new Object[0]);
    event.setMDCPropertyMap(mdc);
    LineLayout layout = new LineLayout("the-service");
    layout.start();
    return layout.doLayout(event);
  }

  private static JsonNode json(String line) throws Exception {
    return new ObjectMapper().readTree(line);
  }
}
