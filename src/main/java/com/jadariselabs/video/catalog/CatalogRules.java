package com.jadariselabs.video.catalog;

import com.jadariselabs.video.catalog.CatalogSettings.ModelEntry;
import com.jadariselabs.video.catalog.CatalogSettings.ProviderEntry;
import com.jadariselabs.video.catalog.CatalogSettings.Seconds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold of a catalogue; each breach is one sentence that names the entry. */
final class CatalogRules {
  static final Set<String> FIELDS =
      Set.of("prompt", "duration", "aspect_ratio", "negative_prompt", "seed", "image_url");

  /** Those of them that can be said in the prompt. */
  private static final Set<String> WORDS = Set.of("prompt", "aspect_ratio", "negative_prompt");

  /** A prompt of ours may be this long: a smaller limit would lose the user's words. */
  private static final int LEAST_PROMPT_LIMIT = 1000;

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,39}");
  private static final Pattern RATIO = Pattern.compile("[1-9]\\d?:[1-9]\\d?");
  private static final Pattern SLUG = Pattern.compile("[A-Za-z0-9._-]+/[A-Za-z0-9._-]+");
  private static final Pattern VERSION = Pattern.compile("[0-9a-f]{64}");

  private final List<String> problems = new ArrayList<>();
  private final CatalogSettings settings;

  private CatalogRules(CatalogSettings settings) {
    this.settings = settings;
  }

  static List<String> problems(CatalogSettings settings) {
    return new CatalogRules(settings).check();
  }

  private List<String> check() {
    if (settings.models().isEmpty()) {
      problems.add("The catalogue has no models.");
    }
    settings
        .styles()
        .forEach((name, words) -> require(words != null, "Style", name, "has no words"));
    settings
        .translations()
        .forEach(
            (language, phrases) ->
                require(
                    phrases != null && !phrases.containsValue(null),
                    "Translation",
                    language,
                    "has a phrase without words"));
    qualities("The catalogue's qualities", settings.qualities());
    Set<String> ids = new HashSet<>();
    for (ModelEntry entry : settings.models()) {
      require(
          ID.matcher(entry.id()).matches(), entry, "has no usable id (a-z, 0-9, '.', '-', '_')");
      require(ids.add(entry.id()), entry, "is there twice");
      entry(entry);
    }
    return List.copyOf(problems);
  }

  private void entry(ModelEntry entry) {
    require(entry.creditsPerSecond().signum() > 0, entry, "needs creditsPerSecond above 0");
    require(
        entry.maxDuration() >= 1 && entry.maxDuration() <= 60,
        entry,
        "needs a maxDuration of 1 to 60 seconds");
    require(entry.avgSecondsPerSecond() >= 1, entry, "needs avgSecondsPerSecond of at least 1");
    require(!entry.aspectRatios().isEmpty(), entry, "needs aspectRatios");
    for (String ratio : entry.aspectRatios()) {
      require(
          RATIO.matcher(ratio).matches(),
          entry,
          "has the aspect ratio '" + ratio + "', which should look like \"16:9\", in quotes");
    }
    require(
        entry.promptLimit() >= LEAST_PROMPT_LIMIT,
        entry,
        "needs a promptLimit of at least " + LEAST_PROMPT_LIMIT);
    if (entry.replacedBy() != null) {
      replacement(entry, entry.replacedBy());
    } else if (entry.provider() == null) {
      require(false, entry, "needs a provider, or replacedBy");
    } else {
      provider(entry, entry.provider());
    }
  }

  private void replacement(ModelEntry entry, String replacedBy) {
    Optional<ModelEntry> other =
        settings.models().stream().filter(e -> e.id().equals(replacedBy)).findFirst();
    require(
        other.isPresent() && other.get().replacedBy() == null,
        entry,
        "is replaced by '" + replacedBy + "', which is no model on offer");
  }

  private void provider(ModelEntry entry, ProviderEntry provider) {
    require(
        SLUG.matcher(provider.model()).matches(), entry, "needs a provider model like owner/name");
    require(
        provider.version() == null || VERSION.matcher(provider.version()).matches(),
        entry,
        "has a version that is not 64 hexadecimal digits");
    require(provider.input().containsKey("prompt"), entry, "does not map the prompt to an input");
    provider.input().keySet().forEach(field -> knownField(entry, "input", field));
    provider.values().keySet().forEach(field -> knownField(entry, "values", field));
    qualities(label(entry), provider.quality());
    qualities(label(entry), provider.qualityLimits());
    provider
        .qualityLimits()
        .forEach(
            (quality, seconds) ->
                require(
                    seconds != null && seconds >= 1 && provider.quality().containsKey(quality),
                    entry,
                    "limits the quality '" + quality + "', which needs settings and seconds"));
    provider
        .values()
        .keySet()
        .forEach(
            field ->
                require(
                    provider.input().containsKey(field),
                    entry,
                    "translates '" + field + "', which it does not map to an input"));
    sharedInputs(entry, provider);
    for (String key : provider.constants().keySet()) {
      require(
          !provider.input().containsValue(key),
          entry,
          "sets '" + key + "' both as a constant and from a field");
    }
    Map<String, Object> ratios = provider.values().get("aspect_ratio");
    require(
        ratios == null || ratios.keySet().containsAll(entry.aspectRatios()),
        entry,
        "does not translate each of its aspect ratios");
    duration(entry, provider);
  }

  /** Words can be joined in the prompt; a number and a picture cannot be joined with anything. */
  private void sharedInputs(ModelEntry entry, ProviderEntry provider) {
    String prompt = provider.input().get("prompt");
    Set<String> keys = new HashSet<>();
    provider
        .input()
        .forEach(
            (field, key) ->
                require(
                    key != null && (keys.add(key) || (key.equals(prompt) && WORDS.contains(field))),
                    entry,
                    "maps two fields to the input '" + key + "'"));
  }

  private void duration(ModelEntry entry, ProviderEntry provider) {
    Optional<DurationRule> rule = rule(provider.duration());
    if (rule.isEmpty()) {
      require(false, entry, "needs a duration: one of choices, range, frames or fixed, ascending");
      return;
    }
    require(
        rule.get().longest() >= entry.maxDuration(),
        entry,
        "offers %d seconds, but its provider's model renders %s"
            .formatted(entry.maxDuration(), rule.get().offer()));
    require(
        rule.get() instanceof DurationRule.Fixed == !provider.input().containsKey("duration"),
        entry,
        "maps the duration to an input exactly when it is not fixed");
    int shortest = rule.get().fit(1).seconds();
    provider
        .qualityLimits()
        .forEach(
            (quality, seconds) ->
                require(
                    seconds == null || seconds >= shortest,
                    entry,
                    "limits the quality '%s' to %d seconds, but its provider's model renders %s"
                        .formatted(quality, seconds, rule.get().offer())));
  }

  /** The rule that these settings describe; empty if they describe none, or more than one. */
  static Optional<DurationRule> rule(@Nullable Seconds seconds) {
    if (seconds == null) {
      return Optional.empty();
    }
    List<DurationRule> rules = new ArrayList<>();
    List<Integer> choices = seconds.choices();
    if (choices != null && !choices.isEmpty()) {
      rules.add(new DurationRule.Choice(choices.stream().sorted().distinct().toList()));
    }
    List<Integer> range = seconds.range();
    if (range != null && range.size() == 2 && range.get(0) >= 1 && range.get(0) <= range.get(1)) {
      rules.add(new DurationRule.Range(range.get(0), range.get(1)));
    }
    CatalogSettings.Frames frames = seconds.frames();
    if (frames != null && frames.fps() >= 1 && frames.min() >= 1 && frames.min() <= frames.max()) {
      rules.add(new DurationRule.Frames(frames.fps(), frames.min(), frames.max(), frames.step()));
    }
    if (seconds.fixed() != null && seconds.fixed() >= 1) {
      rules.add(new DurationRule.Fixed(seconds.fixed()));
    }
    return rules.size() == 1 ? Optional.of(rules.get(0)) : Optional.empty();
  }

  private void knownField(ModelEntry entry, String where, String field) {
    require(FIELDS.contains(field), entry, "has an unknown field '" + field + "' in " + where);
  }

  private void qualities(String owner, Map<String, ?> byQuality) {
    for (String name : byQuality.keySet()) {
      if (Quality.of(name).isEmpty()) {
        problems.add(owner + " has an unknown quality '" + name + "'.");
      }
    }
  }

  private static String label(ModelEntry entry) {
    return "Catalogue model '" + entry.id() + "'";
  }

  private void require(boolean holds, ModelEntry entry, String otherwise) {
    if (!holds) {
      problems.add(label(entry) + " " + otherwise + ".");
    }
  }

  private void require(boolean holds, String kind, String name, String otherwise) {
    if (!holds) {
      problems.add(kind + " '" + name + "' " + otherwise + ".");
    }
  }
}
