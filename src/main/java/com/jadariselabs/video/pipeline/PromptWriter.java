package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;

/** Writes the model's prompt from the user's. Pure. */
interface PromptWriter {

  /** The prompt as the model will read it; the user's own words are always in it. */
  String enhanced(Generation generation);
}
