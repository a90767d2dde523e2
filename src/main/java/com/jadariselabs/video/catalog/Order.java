package com.jadariselabs.video.catalog;

import org.jspecify.annotations.Nullable;

/**
 * What somebody wants of a model.
 *
 * @param prompt the prompt as the model is to read it, already enhanced if it may be
 * @param duration whole seconds asked for
 * @param aspectRatio for example {@code 16:9}
 */
public record Order(
    String prompt,
    int duration,
    Quality quality,
    String aspectRatio,
    @Nullable String negativePrompt,
    @Nullable Integer seed,
    @Nullable String imageUrl) {

  /** Names no user's words. */
  @Override
  public String toString() {
    return "Order[" + duration + " s, " + quality.wireName() + ", " + aspectRatio + "]";
  }
}
