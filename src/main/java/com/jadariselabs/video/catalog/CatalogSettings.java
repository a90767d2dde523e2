package com.jadariselabs.video.catalog;

import io.dropwizard.validation.selfvalidating.SelfValidating;
import io.dropwizard.validation.selfvalidating.SelfValidation;
import io.dropwizard.validation.selfvalidating.ViolationCollector;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue as {@code config.yml} writes it. A mistake is reported when the configuration is
 * validated, one sentence each, with the name of the entry.
 *
 * @param styles a style's name and the words that it adds to a prompt, in the order shown
 * @param qualities a quality's name and the words that it adds to a prompt
 * @param translations by language ({@code fr}), a phrase of the styles, qualities and models and
 *     what it is there
 * @param models in the order shown
 */
@SelfValidating
public record CatalogSettings(
    Map<String, String> styles,
    Map<String, String> qualities,
    Map<String, Map<String, String>> translations,
    List<ModelEntry> models) {
  private static final int DEFAULT_PROMPT_LIMIT = 1500;

  public CatalogSettings {
    styles = ordered(styles);
    qualities = ordered(qualities);
    translations = ordered(translations);
    models = models == null ? List.of() : List.copyOf(models);
  }

  /** Reports what is wrong with the entries; called by Dropwizard. */
  @SelfValidation
  public void validate(ViolationCollector violations) {
    CatalogRules.problems(this).forEach(violations::addViolation);
  }

  /**
   * One model.
   *
   * @param replacedBy the id of the model that renders in the place of this retired one, which is
   *     then no longer listed
   * @param provider needed unless {@code replacedBy} is given
   */
  public record ModelEntry(
      String id,
      String name,
      BigDecimal creditsPerSecond,
      int maxDuration,
      int avgSecondsPerSecond,
      List<String> aspectRatios,
      int promptLimit,
      String camera,
      String light,
      @Nullable String replacedBy,
      @Nullable ProviderEntry provider) {

    public ModelEntry {
      id = id == null ? "" : id;
      name = name == null ? id : name;
      creditsPerSecond = creditsPerSecond == null ? BigDecimal.ZERO : creditsPerSecond;
      aspectRatios = aspectRatios == null ? List.of("16:9") : List.copyOf(aspectRatios);
      promptLimit = promptLimit == 0 ? DEFAULT_PROMPT_LIMIT : promptLimit;
      camera = camera == null ? "" : camera;
      light = light == null ? "" : light;
    }
  }

  /**
   * What renders a model, and in which words it is asked.
   *
   * @param model the provider's {@code owner/name}
   * @param version a pinned version's id; null calls an official model by its name
   * @param standIn why another model has to stand in; null where the model is the one named
   * @param output whether a prediction's output is one URI or an array of them
   * @param input our fields ({@code prompt}, {@code duration}, {@code aspect_ratio}, {@code
   *     negative_prompt}, {@code seed}, {@code image_url}) and what the model calls them; a field
   *     that is not listed cannot be taken. Two fields with the same name there are joined
   * @param values by our field, what a value of ours is called there
   * @param quality by quality, a fragment of the input
   * @param qualityLimits by quality, the seconds up to which the model has it; a longer video is
   *     made in {@code standard}
   * @param constants always sent
   */
  public record ProviderEntry(
      String model,
      @Nullable String version,
      @Nullable String standIn,
      Output output,
      Map<String, String> input,
      @Nullable Seconds duration,
      Map<String, Map<String, Object>> values,
      Map<String, Map<String, Object>> quality,
      Map<String, Integer> qualityLimits,
      Map<String, Object> constants) {

    public ProviderEntry {
      model = model == null ? "" : model;
      output = output == null ? Output.SCALAR : output;
      input = ordered(input);
      values = ordered(values);
      quality = ordered(quality);
      qualityLimits = ordered(qualityLimits);
      constants = ordered(constants);
    }
  }

  /** The shape of a prediction's output. */
  public enum Output {
    SCALAR,
    ARRAY
  }

  /**
   * How the model is told a duration: exactly one of these.
   *
   * @param choices whole seconds
   * @param range the least and the most whole seconds
   * @param fixed the seconds of every video
   */
  public record Seconds(
      @Nullable List<Integer> choices,
      @Nullable List<Integer> range,
      @Nullable Frames frames,
      @Nullable Integer fixed) {}

  /**
   * A number of frames instead of a duration.
   *
   * @param step from one allowed number to the next; 1 if not given
   */
  public record Frames(int fps, int min, int max, int step) {
    public Frames {
      step = step == 0 ? 1 : step;
    }
  }

  private static <V> Map<String, V> ordered(@Nullable Map<String, V> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
