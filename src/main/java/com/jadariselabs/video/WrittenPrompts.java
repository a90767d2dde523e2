package com.jadariselabs.video;

import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.pipeline.PromptWriter;
import com.jadariselabs.video.prompts.Prompts;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The pipeline's prompts are those of the room of prompts, where the user lets it. */
record WrittenPrompts(Prompts prompts, Catalog catalog) implements PromptWriter {
  @Override
  public CompletionStage<String> enhanced(Generation g) {
    Optional<Model> model = catalog.model(g.model());
    return model.isEmpty() || !g.enhance()
        ? CompletableFuture.completedFuture(g.prompt())
        : prompts.enhance(
            g.prompt(), g.style(), Quality.of(g.quality()).orElse(Quality.STANDARD), model.get());
  }
}
