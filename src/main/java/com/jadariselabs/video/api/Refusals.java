package com.jadariselabs.video.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.jadariselabs.video.api.Problem.Code;
import com.jadariselabs.video.api.Problem.FieldError;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.EOFException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpException;
import org.glassfish.jersey.server.ParamException;
import org.jspecify.annotations.Nullable;

/**
 * Turns whatever was thrown into the one problem shape. Only what a caller can act on is said;
 * nothing of the inside. Thread-safe.
 */
final class Refusals {
  private static final Map<String, String> SOON = Map.of("Retry-After", "5");

  /** What follows on this connection is the rest of a body. */
  private static final Map<String, String> CLOSING = Map.of("Connection", "close");

  private static final List<String> KEPT_HEADERS =
      List.of("Allow", "WWW-Authenticate", "Retry-After", "Location");

  /** PostgreSQL's character_not_in_repertoire: a NUL, above all. */
  private static final String UNKEEPABLE = "22021";

  private final Predicate<Throwable> unavailable;

  /**
   * Refusals.
   *
   * @param unavailable whether PostgreSQL or Redis being away is what this exception means
   */
  Refusals(Predicate<Throwable> unavailable) {
    this.unavailable = unavailable;
  }

  /**
   * What is answered.
   *
   * @param headers that go with it
   * @param surprise whether it is to be logged with its stack trace
   */
  record Refusal(Problem problem, Map<String, String> headers, boolean surprise) {
    static Refusal of(Problem problem) {
      return new Refusal(problem, Map.of(), false);
    }
  }

  /** The refusal that this means. */
  Refusal of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      Refusal refusal = known(cause);
      if (refusal != null) {
        return refusal;
      }
    }
    return new Refusal(
        Problem.of(Code.INTERNAL_ERROR, "The request could not be processed; it has been logged"),
        Map.of(),
        true);
  }

  private @Nullable Refusal known(Throwable cause) {
    if (cause instanceof ProblemException problem) {
      return new Refusal(problem.problem(), problem.headers(), false);
    }
    if (cause instanceof BodyLimit.BodyTooLarge tooLarge) {
      return new Refusal(BodyLimit.refusal(tooLarge), CLOSING, false);
    }
    if (cause instanceof BodyLimit.BodyCompressed compressed) {
      return Refusal.of(BodyLimit.refusal(compressed));
    }
    if (cause instanceof IllegalCharsetNameException
        || cause instanceof UnsupportedCharsetException) {
      // Jetty looks a charset up as soon as it is asked for the content type.
      return Refusal.of(StatusWords.problem(415));
    }
    if (cause instanceof BodyTooSlow) {
      return new Refusal(StatusWords.problem(408), CLOSING, false);
    }
    if (cause instanceof HttpException http) {
      // Jetty's own refusals while a body is read; a body that drips is one.
      return new Refusal(StatusWords.problem(http.getCode()), CLOSING, http.getCode() >= 500);
    }
    if (cause instanceof EOFException || silent(cause)) {
      // Nobody may be there any more to read this; it is no failure of ours.
      return new Refusal(StatusWords.problem(408), CLOSING, false);
    }
    if (cause instanceof ConstraintViolationException invalid) {
      return Refusal.of(invalid(invalid));
    }
    if (cause instanceof ParamException parameter) {
      return Refusal.of(parameter(parameter));
    }
    if (cause instanceof WebApplicationException web
        && !(web.getCause() instanceof ProblemException)) {
      return web(web);
    }
    if (cause instanceof JsonProcessingException json) {
      return json(json);
    }
    if (cause instanceof SQLException sql && UNKEEPABLE.equals(sql.getSQLState())) {
      return malformed("Something in the request holds a character that no text here has");
    }
    if (unavailable.test(cause)) {
      return new Refusal(
          Problem.of(Code.UNAVAILABLE, "The service cannot do this right now; nothing was charged"),
          SOON,
          false);
    }
    return null;
  }

  private static boolean silent(Throwable cause) {
    return cause instanceof TimeoutException
        && String.valueOf(cause.getMessage()).startsWith("Idle timeout");
  }

  private static Problem invalid(ConstraintViolationException invalid) {
    List<FieldError> errors =
        invalid.getConstraintViolations().stream()
            .map(
                violation -> {
                  String path = violation.getPropertyPath().toString();
                  return new FieldError(
                      path.substring(path.lastIndexOf('.') + 1), violation.getMessage());
                })
            .sorted(java.util.Comparator.comparing(FieldError::field))
            .toList();
    return Problem.invalid(Code.VALIDATION_FAILED, errors);
  }

  private static Problem parameter(ParamException wrong) {
    if (wrong instanceof ParamException.PathParamException) {
      return Problem.of(Code.NOT_FOUND, "There is nothing at this path");
    }
    return Problem.invalid(
        Code.MALFORMED_REQUEST,
        List.of(new FieldError(wrong.getParameterName(), "is not a value that it can take")));
  }

  private Refusal web(WebApplicationException web) {
    Response response = web.getResponse();
    if (web.getCause() instanceof JsonProcessingException json) {
      return json(json);
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : KEPT_HEADERS) {
      String value = response.getHeaderString(name);
      if (value != null) {
        headers.put(name, name.equals("Allow") ? withHead(value) : value);
      }
    }
    int status = response.getStatus();
    return new Refusal(StatusWords.problem(status), headers, status >= 500 && status != 503);
  }

  /** Whatever takes GET takes HEAD; Jersey does not say so here. */
  private static String withHead(String allow) {
    List<String> methods = new ArrayList<>(List.of(allow.split(" *, *")));
    if (methods.contains("GET") && !methods.contains("HEAD")) {
      methods.add("HEAD");
    }
    return String.join(", ", methods.stream().sorted().toList());
  }

  private static Refusal json(JsonProcessingException json) {
    if (json instanceof UnrecognizedPropertyException unknown) {
      return wrong(unknown, "is not a known field");
    }
    if (json instanceof MismatchedInputException mismatch && !mismatch.getPath().isEmpty()) {
      return wrong(mismatch, "must be " + JsonTypes.expected(mismatch.getTargetType()));
    }
    if (json instanceof StreamConstraintsException) {
      return malformed("The body is nested too deeply, or something in it is too long");
    }
    if (json instanceof MismatchedInputException mismatch) {
      return malformed("The body must be " + JsonTypes.expected(mismatch.getTargetType()));
    }
    if (json instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return wrong(mapping, "is not a value that it can take");
    }
    JsonLocation at = json.getLocation();
    return malformed(
        "The body is not valid JSON"
            + (at == null
                ? ""
                : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"));
  }

  private static Refusal malformed(String detail) {
    return Refusal.of(Problem.of(Code.MALFORMED_REQUEST, detail));
  }

  private static Refusal wrong(JsonMappingException wrong, String message) {
    return Refusal.of(
        Problem.invalid(
            Code.MALFORMED_REQUEST,
            List.of(new FieldError(JsonTypes.path(wrong.getPath()), message))));
  }
}
