package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.LogFields;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What is done on another thread when an answer comes, with the log fields of its generation. */
final class Told {
  private Told() {}

  static <T> BiFunction<@Nullable T, @Nullable Throwable, Next> of(
      Generation g, BiFunction<@Nullable T, @Nullable Throwable, Next> continuation) {
    return (answer, failure) -> {
      try (var fields = LogFields.of(g)) {
        return continuation.apply(answer, failure);
      }
    };
  }
}
