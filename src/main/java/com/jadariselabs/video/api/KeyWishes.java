package com.jadariselabs.video.api;

import com.jadariselabs.video.api.Problem.FieldError;
import com.jadariselabs.video.auth.ApiKeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a body into a key to be made, or names every field that is out of its limits. */
final class KeyWishes {
  private static final int LONGEST_NAME = 64;
  private static final int LARGEST_LIMIT = 1_000_000;
  private static final Duration LONGEST_LIFE = Duration.ofDays(3_660);
  private static final Pattern UNSPEAKABLE = Pattern.compile("[\\p{C}\u2028\u2029]");

  private final Clock clock;

  KeyWishes(Clock clock) {
    this.clock = clock;
  }

  /** A wish, or what is wrong. */
  sealed interface Checked {
    record Valid(ApiKeys.Wish wish) implements Checked {}

    record Wrong(List<FieldError> errors) implements Checked {}
  }

  Checked check(KeysResource.Wanted body) {
    List<FieldError> errors = new ArrayList<>();
    String name = body.name() == null ? "" : body.name().strip();
    if (name.isEmpty()
        || name.codePointCount(0, name.length()) > LONGEST_NAME
        || UNSPEAKABLE.matcher(name).find()) {
      errors.add(new FieldError("name", "must be 1 to 64 characters"));
    }
    List<String> scopes = body.scopes() == null ? List.of() : body.scopes();
    if (scopes.isEmpty()
        || !scopes.stream().allMatch(scope -> "read".equals(scope) || "write".equals(scope))) {
      errors.add(new FieldError("scopes", "must be read, write or both"));
    }
    Instant expiresAt = expiresAt(body.expiresAt(), errors);
    KeysResource.Limits limits =
        body.limits() == null ? new KeysResource.Limits(null, null, null) : body.limits();
    limit("limits.per_minute", limits.perMinute(), errors);
    limit("limits.per_hour", limits.perHour(), errors);
    limit("limits.per_day", limits.perDay(), errors);
    return errors.isEmpty()
        ? new Checked.Valid(
            new ApiKeys.Wish(
                name,
                scopes.contains("read"),
                scopes.contains("write"),
                expiresAt,
                limits.perMinute(),
                limits.perHour(),
                limits.perDay()))
        : new Checked.Wrong(errors);
  }

  private @Nullable Instant expiresAt(@Nullable String text, List<FieldError> errors) {
    if (text == null) {
      return null;
    }
    try {
      Instant at = OffsetDateTime.parse(text).toInstant();
      Instant now = clock.instant();
      if (at.isAfter(now) && at.isBefore(now.plus(LONGEST_LIFE))) {
        return at;
      }
    } catch (DateTimeParseException e) {
      // The same sentence holds for it.
    }
    errors.add(
        new FieldError(
            "expires_at", "must be a time in the next ten years, like 2026-12-31T00:00:00Z"));
    return null;
  }

  private static void limit(String field, @Nullable Integer limit, List<FieldError> errors) {
    if (limit != null && (limit < 1 || limit > LARGEST_LIMIT)) {
      errors.add(new FieldError(field, "must be a whole number from 1 to " + LARGEST_LIMIT));
    }
  }
}
