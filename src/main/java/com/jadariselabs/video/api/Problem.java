package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one shape of every refusal: {@code application/problem+json} by RFC 9457 with the service's
 * own members {@code success}, {@code code} and {@code trace_id}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    boolean success,
    String code,
    @JsonProperty("trace_id") @Nullable String traceId,
    @Nullable List<FieldError> errors,
    @JsonAnyGetter Map<String, Object> more) {

  /** The media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** What is wrong with one field. */
  public record FieldError(String field, String message) {}

  /** A problem of this kind, without a trace id yet. */
  public static Problem of(Code code, String detail) {
    return new Problem(
        "about:blank",
        code.title(),
        code.status(),
        detail,
        false,
        code.wireName(),
        null,
        null,
        Map.of());
  }

  /**
   * A problem of a status that has no code of its own in the contract (414, 431, 501 …), under the
   * code of its family.
   *
   * @param status 400 to 599
   */
  public static Problem ofStatus(int status, String title, String detail) {
    return switch (status) {
      case 400 -> of(Code.MALFORMED_REQUEST, detail);
      case 401 -> of(Code.UNAUTHORIZED, detail);
      case 403 -> of(Code.FORBIDDEN, detail);
      case 404 -> of(Code.NOT_FOUND, detail);
      case 405 -> of(Code.METHOD_NOT_ALLOWED, detail);
      case 406 -> of(Code.NOT_ACCEPTABLE, detail);
      case 413 -> of(Code.PAYLOAD_TOO_LARGE, detail);
      case 415 -> of(Code.UNSUPPORTED_MEDIA_TYPE, detail);
      case 429 -> of(Code.RATE_LIMITED, detail);
      case 500 -> of(Code.INTERNAL_ERROR, detail);
      case 503 -> of(Code.UNAVAILABLE, detail);
      default -> {
        Code family = status < 500 ? Code.MALFORMED_REQUEST : Code.INTERNAL_ERROR;
        yield new Problem(
            "about:blank", title, status, detail, false, family.wireName(), null, null, Map.of());
      }
    };
  }

  /** A refusal of the input that names each wrong field. */
  public static Problem invalid(Code code, List<FieldError> errors) {
    String detail =
        errors.isEmpty() ? code.title() : errors.get(0).field() + ": " + errors.get(0).message();
    return new Problem(
        "about:blank",
        code.title(),
        code.status(),
        detail,
        false,
        code.wireName(),
        null,
        List.copyOf(errors),
        Map.of());
  }

  /** The same with one more member. */
  public Problem with(String member, Object value) {
    Map<String, Object> members = new LinkedHashMap<>(more);
    members.put(member, value);
    return new Problem(type, title, status, detail, success, code, traceId, errors, members);
  }

  /** The same with the trace id of the request. */
  public Problem traced(@Nullable String id) {
    return new Problem(type, title, status, detail, success, code, id, errors, more);
  }

  /** The codes of the wire contract, §2.0. */
  public enum Code {
    MALFORMED_REQUEST(400, "The request is malformed"),
    UNAUTHORIZED(401, "A valid token is needed"),
    INSUFFICIENT_CREDITS(402, "Not enough credits"),
    FORBIDDEN(403, "Not allowed"),
    ACCOUNT_SUSPENDED(403, "The account is suspended"),
    NOT_FOUND(404, "No such thing"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    NOT_CANCELLABLE(409, "It has already ended"),
    NOT_RETRYABLE(409, "It has not failed"),
    IDEMPOTENCY_IN_PROGRESS(409, "The same key is being processed"),
    PAYLOAD_TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    VALIDATION_FAILED(422, "A field is out of its limits"),
    CONTENT_REJECTED(422, "The content is not allowed"),
    IDEMPOTENCY_MISMATCH(422, "The key was used with another body"),
    RATE_LIMITED(429, "Too many requests"),
    QUEUE_FULL(429, "The queue is full"),
    INTERNAL_ERROR(500, "Something went wrong on our side"),
    UNAVAILABLE(503, "Temporarily unavailable");

    private final int status;
    private final String title;

    Code(int status, String title) {
      this.status = status;
      this.title = title;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }

    /** The short, human-readable summary. */
    public String title() {
      return title;
    }

    /** The code on the wire, in lower case. */
    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
