package com.jadariselabs.video;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What prompts may not ask for.
 *
 * @param moreWords a file with further rules, in the form of the built-in lists; null: none
 */
public record ModerationSection(@Nullable String moreWords) {

  @Nullable Path moreWordsFile() {
    return moreWords == null ? null : Path.of(moreWords);
  }
}
