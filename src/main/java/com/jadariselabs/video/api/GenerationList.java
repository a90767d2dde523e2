package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.generation.GenerationView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/generate/video}: newest first. */
record GenerationList(
    boolean success,
    List<GenerationView> generations,
    @JsonProperty("next_cursor") @Nullable String nextCursor) {}
