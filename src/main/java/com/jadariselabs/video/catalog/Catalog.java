package com.jadariselabs.video.catalog;

import com.jadariselabs.video.catalog.CatalogSettings.ModelEntry;
import com.jadariselabs.video.catalog.CatalogSettings.Output;
import com.jadariselabs.video.catalog.CatalogSettings.ProviderEntry;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The models on offer, what they cost, and how each is asked. Immutable. */
public final class Catalog {
  private final CatalogSettings settings;
  private final Map<String, Offer> offers;
  private final List<Model> listed;

  private record Offer(Model model, Mapping mapping, Output output, List<String> warnings) {}

  /**
   * @throws IllegalArgumentException with one sentence for each mistake in the settings
   */
  public Catalog(CatalogSettings settings) {
    List<String> problems = CatalogRules.problems(settings);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(" ", problems));
    }
    this.settings = settings;
    this.offers = new LinkedHashMap<>();
    settings.models().forEach(entry -> offers.put(entry.id(), offer(entry)));
    this.listed =
        settings.models().stream()
            .filter(entry -> entry.replacedBy() == null)
            .map(entry -> offer(entry.id()).model())
            .toList();
  }

  /** The model of this id, a retired one that has a replacement included. */
  public Optional<Model> model(String id) {
    return Optional.ofNullable(offers.get(id)).map(Offer::model);
  }

  /** The models on offer, in the order of the configuration, without retired ones. */
  public List<Model> models() {
    return listed;
  }

  /** The names of the styles, in the order of the configuration. */
  public List<String> styles() {
    return List.copyOf(settings.styles().keySet());
  }

  /** The words that a style adds to a prompt; empty for one that is not in the catalogue. */
  public String styleWords(String style) {
    return settings.styles().getOrDefault(style, "");
  }

  /** A phrase of this catalogue in another language, or as it is where nobody has translated it. */
  public String translated(String phrase, String language) {
    return settings.translations().getOrDefault(language, Map.of()).getOrDefault(phrase, phrase);
  }

  /** The words that a quality adds to a prompt; may be empty. */
  public String qualityWords(Quality quality) {
    return settings.qualities().getOrDefault(quality.wireName(), "");
  }

  /** What this costs in whole credits: duration × credits per second × quality, rounded up. */
  public int credits(Model model, int durationSeconds, Quality quality) {
    int credits =
        model
            .creditsPerSecond()
            .multiply(BigDecimal.valueOf(durationSeconds))
            .multiply(BigDecimal.valueOf(quality.factor()))
            .setScale(0, RoundingMode.CEILING)
            .intValueExact();
    return Math.max(1, credits);
  }

  /** How many seconds the rendering itself takes on average. */
  public int estimatedSeconds(Model model, int durationSeconds) {
    return Math.multiplyExact(durationSeconds, model.avgSecondsPerSecond());
  }

  /**
   * The order in the words of the model that renders it, with warnings about what that model cannot
   * take as asked.
   *
   * @throws IllegalArgumentException if the model is not of this catalogue
   */
  public ProviderInput input(Model model, Order order) {
    Offer offer = offer(model.id());
    return offer.mapping().map(order, offer.warnings());
  }

  /**
   * The video among a prediction's output: the only one, or the first where the model declares an
   * array. Empty if the output is not what the model declares.
   */
  public Optional<URI> video(Model model, List<URI> output) {
    boolean several = offer(model.id()).output() == Output.ARRAY;
    return output.size() == 1 || several ? output.stream().findFirst() : Optional.empty();
  }

  private Offer offer(String id) {
    Offer offer = offers.get(id);
    if (offer == null) {
      throw new IllegalArgumentException("No model '" + id + "' in the catalogue.");
    }
    return offer;
  }

  private Offer offer(ModelEntry entry) {
    ModelEntry renders = entry.replacedBy() == null ? entry : entry(entry.replacedBy());
    ProviderEntry provider = Objects.requireNonNull(renders.provider());
    Mapping mapping = new Mapping(renders.name(), renders.aspectRatios(), provider);
    List<String> warnings =
        entry.replacedBy() == null
            ? List.of()
            : List.of(entry.name() + " is retired: " + renders.name() + " takes its place.");
    Model model =
        new Model(
            entry.id(),
            entry.name(),
            entry.creditsPerSecond(),
            entry.maxDuration(),
            entry.avgSecondsPerSecond(),
            entry.aspectRatios(),
            mapping.takesImage(),
            provider.model(),
            renders.promptLimit(),
            renders.camera(),
            renders.light());
    return new Offer(model, mapping, provider.output(), warnings);
  }

  private ModelEntry entry(String id) {
    return settings.models().stream().filter(e -> e.id().equals(id)).findFirst().orElseThrow();
  }
}
