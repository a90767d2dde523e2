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
  private final List<String> ratios;
  private final ProviderEntry provider;
  private final DurationRule duration;

  /**
   * @param name what warnings call the model
   * @param ratios the aspect ratios on offer
   */
  Mapping(String name, List<String> ratios, ProviderEntry provider) {
    this.name = name;
    this.ratios = ratios;
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
    DurationRule.Fit fit = duration.fit(order.duration());
    quality(order.quality(), fit, input, warnings);
    put(input, "prompt", order.prompt());
    duration(order.duration(), fit, input, warnings);
    aspectRatio(order, input, warnings);
    optional(input, warnings, "negative_prompt", "negative prompt", order.negativePrompt());
    optional(input, warnings, "seed", "seed", order.seed());
    optional(input, warnings, "image_url", "start image", order.imageUrl());
    return new ProviderInput(
        provider.model(), provider.version(), input, fit.seconds(), List.copyOf(warnings));
  }

  private void quality(
      Quality asked, DurationRule.Fit fit, Map<String, Object> input, List<String> warnings) {
    Integer limit = provider.qualityLimits().get(asked.wireName());
    Quality quality = limit == null || fit.seconds() <= limit ? asked : Quality.STANDARD;
    if (quality != asked) {
      warnings.add(
          "%s has the quality '%s' up to %d seconds only: 'standard' takes its place."
              .formatted(name, asked.wireName(), limit));
    }
    Map<String, Object> fragment = provider.quality().get(quality.wireName());
    if (fragment != null) {
      input.putAll(fragment);
    } else if (quality != Quality.STANDARD) {
      warnings.add(
          "%s has no setting for the quality '%s': it is left to the words of the prompt."
              .formatted(name, quality.wireName()));
    }
  }

  private void duration(
      int asked, DurationRule.Fit fit, Map<String, Object> input, List<String> warnings) {
    if (fit.value() != null) {
      put(input, "duration", fit.value());
    }
    if (fit.seconds() != asked) {
      warnings.add(
          "%s renders %s: the duration was moved from %d to %d seconds."
              .formatted(name, duration.offer(), asked, fit.seconds()));
    }
  }

  private void aspectRatio(Order order, Map<String, Object> input, List<String> warnings) {
    String asked = order.aspectRatio();
    if (!takes("aspect_ratio")) {
      // With one ratio on offer that one is what it makes, unless it follows an image.
      if (ratios.size() > 1 || order.imageUrl() != null) {
        warnings.add("%s chooses its own aspect ratio: %s was ignored.".formatted(name, asked));
      }
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
