package com.jadariselabs.video.testing;

import java.time.Duration;
import java.util.Map;

/**
 * One way in which {@link FakeProvider} can treat a call badly.
 *
 * @param takesEffect whether what was asked is done all the same, only the answer is bad
 * @param headers of an answer with a status
 */
public record Fault(
    Kind kind,
    boolean takesEffect,
    int status,
    Map<String, String> headers,
    String body,
    Duration pause) {

  /** What becomes of the answer. */
  enum Kind {
    ANSWER,
    HANG,
    DROP,
    DRIP,
    TRUNCATE,
    ENDLESS
  }

  /** An error with this status. */
  public static Fault status(int status) {
    return answer(status, Map.of(), "{\"title\":\"Fault\",\"status\":" + status + "}");
  }

  /** Any answer. */
  public static Fault answer(int status, Map<String, String> headers, String body) {
    return new Fault(Kind.ANSWER, false, status, headers, body, Duration.ZERO);
  }

  /** 429 with {@code Retry-After}: seconds or a date. */
  public static Fault rateLimited(String retryAfter) {
    return answer(429, Map.of("Retry-After", retryAfter), "{\"status\":429}");
  }

  /** 429 whose body alone says when to come again. */
  public static Fault rateLimitedInBody(double seconds) {
    return answer(429, Map.of(), "{\"status\":429,\"retry_after\":" + seconds + "}");
  }

  /** 429 whose detail alone says when to come again. */
  public static Fault rateLimitedInDetail(int seconds) {
    return answer(
        429,
        Map.of(),
        "{\"detail\":\"Request was throttled. Your rate limit resets in ~" + seconds + "s.\"}");
  }

  /** 422 that names a field of the input. */
  public static Fault invalid(String field) {
    return answer(
        422,
        Map.of(),
        "{\"detail\":\"Input validation failed\",\"invalid_fields\":[{\"field\":\""
            + field
            + "\"}]}");
  }

  /** 302 to this address. */
  public static Fault redirect(String location) {
    return answer(302, Map.of("Location", location), "");
  }

  /** The connection stays open and silent. */
  public static Fault hang() {
    return of(Kind.HANG);
  }

  /** The connection is closed without an answer. */
  public static Fault drop() {
    return of(Kind.DROP);
  }

  /** The call takes effect, and what comes back is not JSON. */
  public static Fault garbage() {
    return answer(200, Map.of(), "<html>oops</html>").afterEffect();
  }

  /** The call takes effect, and the right answer comes byte by byte with this pause. */
  public static Fault drip(Duration pause) {
    return new Fault(Kind.DRIP, true, 200, Map.of(), "", pause);
  }

  /** The call takes effect, and the connection ends in the middle of the right answer. */
  public static Fault truncate() {
    return of(Kind.TRUNCATE).afterEffect();
  }

  /** 200 and bytes without end. */
  public static Fault endless() {
    return of(Kind.ENDLESS);
  }

  /** The same, but what was asked is done: a create makes its prediction. */
  public Fault afterEffect() {
    return new Fault(kind, true, status, headers, body, pause);
  }

  private static Fault of(Kind kind) {
    return new Fault(kind, false, 200, Map.of(), "", Duration.ZERO);
  }
}
