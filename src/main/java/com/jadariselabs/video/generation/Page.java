package com.jadariselabs.video.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some generations, newest first.
 *
 * @param nextCursor what to ask for the next page with; null at the end
 */
public record Page(List<Generation> generations, @Nullable String nextCursor) {}
