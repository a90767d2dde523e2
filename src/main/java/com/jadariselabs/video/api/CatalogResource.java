package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Quality;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What can be made, and at what price (§2.5). Public. */
@Path("/models")
@Produces(MediaType.APPLICATION_JSON)
public final class CatalogResource {
  private static final int SECONDS_FRESH = 60;

  private final Answer answer;

  CatalogResource(Catalog catalog) {
    Map<String, Number> qualities = new LinkedHashMap<>();
    for (Quality quality : Quality.values()) {
      qualities.put(quality.wireName(), plain(BigDecimal.valueOf(quality.factor())));
    }
    this.answer =
        new Answer(catalog.models().stream().map(Entry::of).toList(), qualities, catalog.styles());
  }

  /** All models, qualities and styles. */
  @GET
  public Response models() {
    CacheControl fresh = new CacheControl();
    fresh.setMaxAge(SECONDS_FRESH);
    return Response.ok(answer).cacheControl(fresh).build();
  }

  record Answer(List<Entry> models, Map<String, Number> qualities, List<String> styles) {}

  record Entry(
      String id,
      String name,
      @JsonProperty("credits_per_second") Number creditsPerSecond,
      @JsonProperty("max_duration") int maxDuration,
      @JsonProperty("avg_seconds_per_second") int avgSecondsPerSecond,
      @JsonProperty("aspect_ratios") List<String> aspectRatios,
      @JsonProperty("takes_image") boolean takesImage,
      @JsonProperty("provider_model") String providerModel) {

    static Entry of(Model model) {
      return new Entry(
          model.id(),
          model.name(),
          plain(model.creditsPerSecond()),
          model.maxDuration(),
          model.avgSecondsPerSecond(),
          model.aspectRatios(),
          model.takesImage(),
          model.providerModel());
    }
  }

  /** 1, not 1.0: a whole price is a whole number to clients. */
  private static Number plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() <= 0 ? stripped.intValueExact() : stripped;
  }
}
