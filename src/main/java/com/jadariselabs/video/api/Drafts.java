package com.jadariselabs.video.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import com.jadariselabs.video.api.Problem.FieldError;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Order;
import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.catalog.ProviderInput;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.generation.Draft;
import com.jadariselabs.video.outgoing.OutgoingUrl;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a request's body into a draft, or names every field that is out of its limits. */
final class Drafts {
  private static final String DEFAULT_RATIO = "16:9";
  private static final int LONGEST_PROMPT = 1_000;
  private static final int LONGEST_NEGATIVE_PROMPT = 500;
  private static final int LONGEST_DURATION = 60;

  private final Catalog catalog;
  private final ObjectMapper json;
  private final boolean allowPrivate;

  Drafts(Catalog catalog, ObjectMapper json, boolean allowPrivate) {
    this.catalog = catalog;
    this.json = json;
    this.allowPrivate = allowPrivate;
  }

  /** A draft, or what is wrong. */
  sealed interface Checked {
    record Valid(Draft draft) implements Checked {}

    record Wrong(List<FieldError> errors) implements Checked {}
  }

  Checked check(
      GenerateRequest body, Caller caller, String traceId, @Nullable String idempotencyKey) {
    List<FieldError> errors = new ArrayList<>();
    PromptText.Accepted prompt = prompt(body, errors);
    Optional<Model> model = model(body, errors);
    int duration = duration(body, model, errors);
    Quality quality = quality(body, errors);
    String style = style(body, errors);
    String ratio = ratio(body, model, errors);
    String negative = negative(body, errors);
    Integer seed = seed(body, errors);
    String image = image(body, model, errors);
    String webhook = url("webhook_url", body.webhookUrl(), errors);
    if (!errors.isEmpty() || prompt == null || model.isEmpty()) {
      return new Checked.Wrong(errors);
    }
    ProviderInput provider =
        catalog.input(
            model.get(), new Order(prompt.text(), duration, quality, ratio, negative, seed, image));
    return new Checked.Valid(
        new Draft(
            caller.userId(),
            Plan.of(caller.plan()),
            prompt.text(),
            prompt.decoded(),
            negative,
            model.get().id(),
            duration,
            quality,
            style,
            ratio,
            seed,
            image,
            body.enhance() == null || body.enhance(),
            webhook,
            catalog.credits(model.get(), duration, quality),
            catalog.estimatedSeconds(model.get(), duration),
            provider.providerModel(),
            provider.providerDuration(),
            provider.warnings(),
            traceId,
            idempotencyKey,
            idempotencyKey == null ? "" : hash(body),
            Keys.limits(caller),
            Boolean.TRUE.equals(body.fresh())));
  }

  private static PromptText.@Nullable Accepted prompt(
      GenerateRequest body, List<FieldError> errors) {
    if (body.prompt() == null) {
      errors.add(new FieldError("prompt", "is required"));
      return null;
    }
    PromptText text = PromptText.of(body.prompt(), LONGEST_PROMPT);
    if (text instanceof PromptText.Accepted accepted) {
      return accepted;
    }
    errors.add(new FieldError("prompt", ((PromptText.Refused) text).message()));
    return null;
  }

  private Optional<Model> model(GenerateRequest body, List<FieldError> errors) {
    if (body.model() == null) {
      errors.add(new FieldError("model", "is required"));
      return Optional.empty();
    }
    Optional<Model> model = catalog.model(body.model());
    if (model.isEmpty()) {
      String ids = String.join(", ", catalog.models().stream().map(Model::id).toList());
      errors.add(new FieldError("model", "must be one of " + ids));
    }
    return model;
  }

  private static int duration(
      GenerateRequest body, Optional<Model> model, List<FieldError> errors) {
    int most = model.map(Model::maxDuration).orElse(LONGEST_DURATION);
    if (body.duration() == null) {
      errors.add(new FieldError("duration", "is required"));
      return 0;
    }
    Integer seconds = whole(body.duration(), 1, Math.min(most, LONGEST_DURATION));
    if (seconds == null) {
      errors.add(new FieldError("duration", "must be whole seconds from 1 to " + most));
      return 0;
    }
    return seconds;
  }

  private static Quality quality(GenerateRequest body, List<FieldError> errors) {
    if (body.quality() == null) {
      return Quality.STANDARD;
    }
    Optional<Quality> quality = Quality.of(body.quality());
    if (quality.isEmpty()) {
      errors.add(new FieldError("quality", "must be one of draft, standard, high, ultra"));
    }
    return quality.orElse(Quality.STANDARD);
  }

  private @Nullable String style(GenerateRequest body, List<FieldError> errors) {
    if (body.style() != null && !catalog.styles().contains(body.style())) {
      errors.add(new FieldError("style", "must be one of " + String.join(", ", catalog.styles())));
    }
    return body.style();
  }

  private static String ratio(
      GenerateRequest body, Optional<Model> model, List<FieldError> errors) {
    List<String> offered = model.map(Model::aspectRatios).orElse(List.of("16:9", "9:16", "1:1"));
    String usual = offered.contains(DEFAULT_RATIO) ? DEFAULT_RATIO : offered.get(0);
    String ratio = body.aspectRatio() == null ? usual : body.aspectRatio();
    if (!offered.contains(ratio)) {
      errors.add(new FieldError("aspect_ratio", "must be one of " + String.join(", ", offered)));
    }
    return ratio;
  }

  private static @Nullable String negative(GenerateRequest body, List<FieldError> errors) {
    if (body.negativePrompt() == null || body.negativePrompt().isBlank()) {
      return null;
    }
    PromptText text = PromptText.of(body.negativePrompt(), LONGEST_NEGATIVE_PROMPT);
    if (text instanceof PromptText.Accepted accepted) {
      return accepted.text();
    }
    errors.add(new FieldError("negative_prompt", ((PromptText.Refused) text).message()));
    return null;
  }

  private static @Nullable Integer seed(GenerateRequest body, List<FieldError> errors) {
    if (body.seed() == null) {
      return null;
    }
    Integer seed = whole(body.seed(), 0, Integer.MAX_VALUE);
    if (seed == null) {
      errors.add(new FieldError("seed", "must be a whole number from 0 to 2147483647"));
    }
    return seed;
  }

  private @Nullable String image(
      GenerateRequest body, Optional<Model> model, List<FieldError> errors) {
    if (body.imageUrl() != null && model.isPresent() && !model.get().takesImage()) {
      errors.add(new FieldError("image_url", "this model takes no start image"));
      return null;
    }
    return url("image_url", body.imageUrl(), errors);
  }

  private @Nullable String url(String field, @Nullable String url, List<FieldError> errors) {
    if (url != null) {
      OutgoingUrl.problem(url, allowPrivate)
          .ifPresent(problem -> errors.add(new FieldError(field, problem)));
    }
    return url;
  }

  /** Bounds first: a number like 1e999999999 must not be written out to be looked at. */
  private static @Nullable Integer whole(BigDecimal number, int least, int most) {
    if (number.compareTo(BigDecimal.valueOf(least)) < 0
        || number.compareTo(BigDecimal.valueOf(most)) > 0) {
      return null;
    }
    return number.stripTrailingZeros().scale() > 0 ? null : number.intValue();
  }

  private String hash(GenerateRequest body) {
    try {
      return Hashing.sha256()
          .hashString(json.writeValueAsString(body), StandardCharsets.UTF_8)
          .toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
