package com.jadariselabs.video.api;

import com.jadariselabs.video.generation.Status;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Query parameters: read strictly, refused by name. */
final class Queries {
  private Queries() {}

  /** The parameter, its default where it is absent, or empty where it is out of its limits. */
  static Optional<Integer> whole(@Nullable String text, int otherwise, int least, int most) {
    if (text == null) {
      return Optional.of(otherwise);
    }
    if (!text.matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    int value = Integer.parseInt(text);
    return value < least || value > most ? Optional.empty() : Optional.of(value);
  }

  static @Nullable Status status(@Nullable String text) {
    for (Status status : Status.values()) {
      if (status.wireName().equals(text)) {
        return status;
      }
    }
    return null;
  }

  static Reply missing(String name) {
    return wrong(name, "is required");
  }

  static Reply wrong(String name, String message) {
    return Reply.refusal(
        Problem.invalid(
            Problem.Code.MALFORMED_REQUEST, List.of(new Problem.FieldError(name, message))));
  }
}
