package com.jadariselabs.video;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are accepted, as far as the way of starting depends on it.
 *
 * @param localMode null: local while none of the keys is set
 */
public record TokenKeys(
    @Nullable String jwtSecret,
    @Nullable String supabaseJwtSecret,
    @Nullable String supabaseUrl,
    @Nullable String jwksUrl,
    @Nullable String audience,
    @Nullable String issuer,
    @Nullable Boolean localMode) {

  /** Whether this process mints tokens for whoever asks. */
  public boolean local() {
    return Boolean.TRUE.equals(localMode)
        || Stream.of(jwtSecret, supabaseJwtSecret, supabaseUrl, jwksUrl).allMatch(Objects::isNull);
  }
}
