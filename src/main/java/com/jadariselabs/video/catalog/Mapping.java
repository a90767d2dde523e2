package com.jadariselabs.video.catalog;

import com.jadariselabs.video.catalog.CatalogSettings.ProviderEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns an order into the input of one model of the provider. */
final class Mapping {
  private final String name;
  private final ProviderEntry provider;
  private final DurationRule duration;

  /**
   * @param name what warnings call the model
   */
  Mapping(String name, ProviderEntry provider) {
    this.name = name;
    this.provider = provider;
    this.duration = CatalogRules.rule(provider.duration()).orElseThrow();
  }

  boolean takesImage() {
    return takes("image_url");
  }

  ProviderInput map(Order order, List<String> earlierWarnings) {
    List<String> warnings = new ArrayList<>(earlierWarnings);
    if (provider.standIn() != null) {
      warnings.add(provider.standIn() + ": " + provider.model() + " stands in for it.");
    }
    Map<String, Object> input = new LinkedHashMap<>(provider.constants());
    quality(order.quality(), input, warnings);
    put(input, "prompt", order.prompt());
    DurationRule.Fit fit = duration(order.duration(), input, warnings);
    aspectRatio(order.aspectRatio(), input, warnings);
    optional(input, warnings, "negative_prompt", "negative prompt", order.negativePrompt());
    optional(input, warnings, "seed", "seed", order.seed());
    optional(input, warnings, "image_url", "start image", order.imageUrl());
    return new ProviderInput(
        provider.model(), provider.version(), input, fit.seconds(), List.copyOf(warnings));
  }

  private void quality(Quality quality, Map<String, Object> input, List<String> warnings) {
    Map<String, Object> fragment = provider.quality().get(quality.wireName());
    if (fragment != null) {
      input.putAll(fragment);
    } else if (quality != Quality.STANDARD) {
      warnings.add(
          "%s has no setting for the quality '%s': it is left to the words of the prompt."
              .formatted(name, quality.wireName()));
    }
  }

  private DurationRule.Fit duration(int asked, Map<String, Object> input, List<String> warnings) {
    DurationRule.Fit fit = duration.fit(asked);
    if (fit.value() != null) {
      put(input, "duration", fit.value());
    }
    if (fit.seconds() != asked) {
      warnings.add(
          "%s renders %s: the duration was moved from %d to %d seconds."
              .formatted(name, duration.offer(), asked, fit.seconds()));
    }
    return fit;
  }

  private void aspectRatio(String asked, Map<String, Object> input, List<String> warnings) {
    if (!takes("aspect_ratio")) {
      warnings.add("%s chooses its own aspect ratio: %s was ignored.".formatted(name, asked));
      return;
    }
    put(input, "aspect_ratio", asked);
    if (promptKey().equals(provider.input().get("aspect_ratio"))) {
      warnings.add(
          "%s chooses its own aspect ratio: %s is only asked for in the prompt."
              .formatted(name, asked));
    }
  }

  private void optional(
      Map<String, Object> input,
      List<String> warnings,
      String field,
      String words,
      @Nullable Object value) {
    if (value == null) {
      return;
    }
    if (takes(field)) {
      put(input, field, value);
    } else {
      warnings.add("%s takes no %s: the one given was ignored.".formatted(name, words));
    }
  }

  private void put(Map<String, Object> input, String field, Object value) {
    String key = provider.input().getOrDefault(field, field);
    Object theirs =
        provider.values().getOrDefault(field, Map.of()).getOrDefault(value.toString(), value);
    input.merge(key, theirs, (earlier, later) -> earlier + ", " + later);
  }

  private boolean takes(String field) {
    return provider.input().containsKey(field);
  }

  private String promptKey() {
    return provider.input().getOrDefault("prompt", "prompt");
  }
}
