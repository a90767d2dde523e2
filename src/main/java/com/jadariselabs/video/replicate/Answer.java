package com.jadariselabs.video.replicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.replicate.ReplicateException.Kind;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** An answer of the API, and what its status means. */
final class Answer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern IN_DETAIL = Pattern.compile("~(\\d{1,6})s");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,6}(\\.\\d{1,9})?");
  private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9_.]{1,64}");

  private final int status;
  private final HttpFields headers;
  private final byte[] body;

  Answer(int status, HttpFields headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /**
   * What the body says.
   *
   * @throws ReplicateException by the status, or if the body cannot be read
   */
  <T> T read(Operation operation, Clock clock, Function<JsonNode, T> reader) {
    if (status >= 200 && status < 300) {
      try {
        return reader.apply(JSON.readTree(body));
      } catch (IOException | IllegalArgumentException e) {
        throw new ReplicateException(operation.lost(), operation + ": the answer is not readable.");
      }
    }
    throw refusal(operation, clock);
  }

  /** What a status other than success means for this operation. */
  ReplicateException refusal(Operation operation, Clock clock) {
    String what = operation + ": answered " + status;
    return switch (status) {
      case 401, 402, 403 ->
          operation == Operation.DOWNLOAD
              ? new ReplicateException(Kind.NOT_FOUND, what + ".")
              : new ReplicateException(Kind.OPERATOR, what + operatorWords());
      case 404, 410 -> new ReplicateException(Kind.NOT_FOUND, what + ".");
      case 408 -> new ReplicateException(operation.lost(), what + ".");
      case 429 ->
          new ReplicateException(Kind.RATE_LIMITED, what + ".", retryAfter(clock).orElse(null));
      default -> {
        if (status >= 500) {
          yield new ReplicateException(operation.lost(), what + ".");
        }
        yield status >= 400
            ? new ReplicateException(Kind.INVALID_INPUT, what + invalidFields())
            : new ReplicateException(Kind.OPERATOR, what + ": is the API's URL right?");
      }
    };
  }

  private String operatorWords() {
    return switch (status) {
      case 401 -> ": the provider does not accept the API token.";
      case 402 -> ": the provider's account has too little credit.";
      default -> ": the provider's account may not do this.";
    };
  }

  /** The names of the refused fields; never their values. */
  private String invalidFields() {
    StringJoiner names = new StringJoiner(", ", " (", ").").setEmptyValue(".");
    for (JsonNode field : json().path("invalid_fields")) {
      String name = field.path("field").asText("");
      if (FIELD.matcher(name).matches()) {
        names.add(name);
      }
    }
    return names.toString();
  }

  private Optional<Duration> retryAfter(Clock clock) {
    return header(clock)
        .or(() -> seconds(json().path("retry_after").asText("")))
        .or(
            () -> {
              Matcher about = IN_DETAIL.matcher(json().path("detail").asText(""));
              return about.find() ? seconds(about.group(1)) : Optional.empty();
            });
  }

  private Optional<Duration> header(Clock clock) {
    HttpField field = headers.getField(HttpHeader.RETRY_AFTER);
    String value = field == null ? "" : String.valueOf(field.getValue()).strip();
    Optional<Duration> seconds = seconds(value);
    if (seconds.isPresent() || value.isEmpty()) {
      return seconds;
    }
    try {
      ZonedDateTime at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(clock.instant(), at.toInstant());
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> seconds(String text) {
    return SECONDS.matcher(text).matches()
        ? Optional.of(Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000)))
        : Optional.empty();
  }

  private JsonNode json() {
    try {
      JsonNode json = JSON.readTree(body);
      return json == null ? JSON.createObjectNode() : json;
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }
}
