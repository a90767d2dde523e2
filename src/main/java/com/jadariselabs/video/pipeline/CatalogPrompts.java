package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.generation.Generation;
import java.util.Optional;

/** Enhances by the rules of the catalogue, where the user lets it. */
record CatalogPrompts(PromptEnhancer enhancer, Catalog catalog) implements PromptWriter {
  @Override
  public String enhanced(Generation generation) {
    Optional<Model> model = catalog.model(generation.model());
    String already = generation.enhancedPrompt();
    if (already != null) {
      return already;
    }
    return model.isEmpty() || !generation.enhance()
        ? generation.prompt()
        : enhancer.enhance(
            generation.prompt(),
            generation.style(),
            Quality.of(generation.quality()).orElse(Quality.STANDARD),
            model.get());
  }
}
