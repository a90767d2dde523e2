package com.jadariselabs.video.catalog;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An order in the provider's words.
 *
 * @param providerModel the model's {@code owner/name} there
 * @param version the pinned version; null for an official model, which is called by its name
 * @param input only keys that the model declares
 * @param providerDuration whole seconds that will come back
 * @param warnings in words, what the model cannot take as asked
 */
public record ProviderInput(
    String providerModel,
    @Nullable String version,
    Map<String, Object> input,
    int providerDuration,
    List<String> warnings) {

  /** Names no user's words. */
  @Override
  public String toString() {
    return "ProviderInput[" + providerModel + ", " + providerDuration + " s]";
  }
}
