package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /api/generate/video} and of its estimate, as sent; the wire contract's
 * §2.1 says what each field may be.
 *
 * @param duration whole seconds; a number with a fraction is a value out of its limits
 * @param fresh true: no earlier result will do. Left out of the text that idempotency compares
 *     where it is not given, as if it did not exist
 * @param seed 0 to 2147483647
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record GenerateRequest(
    @Nullable String prompt,
    @Nullable BigDecimal duration,
    @Nullable String model,
    @Nullable String quality,
    @Nullable String style,
    @Nullable String aspectRatio,
    @Nullable String negativePrompt,
    @Nullable BigDecimal seed,
    @Nullable String imageUrl,
    @Nullable Boolean enhance,
    @Nullable String webhookUrl,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean fresh) {

  /** Names no user's words. */
  @Override
  public String toString() {
    return "GenerateRequest[" + model + ", " + duration + " s]";
  }
}
