package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import java.util.concurrent.CompletionStage;

/** Writes the model's prompt from the user's. Thread-safe. */
public interface PromptWriter {

  /** The prompt as the model will read it; the user's own words are always in it. Never fails. */
  CompletionStage<String> enhanced(Generation generation);
}
