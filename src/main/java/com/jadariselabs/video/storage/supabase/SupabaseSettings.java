package com.jadariselabs.video.storage.supabase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A Supabase project. Blank strings count as absent.
 *
 * @param url the project's address
 * @param anonKey its publishable key, shown to every page; for signing in there
 * @param serviceRoleKey its secret key, for the storage; never leaves this process but to the
 *     project
 * @param bucket keeps the media; null: they are kept elsewhere
 * @param publicBucket whether anybody may read the bucket, so that its URLs need no signature
 */
public record SupabaseSettings(
    @Nullable String url,
    @Nullable String anonKey,
    @Nullable String serviceRoleKey,
    @Nullable String bucket,
    boolean publicBucket) {

  /**
   * Checks that the keys are what they are taken for, and that a bucket can be reached.
   *
   * @throws IllegalArgumentException with one sentence about what is wrong
   */
  public SupabaseSettings {
    url = present(url);
    url = url == null ? null : url.replaceAll("/+$", "");
    anonKey = present(anonKey);
    serviceRoleKey = present(serviceRoleKey);
    bucket = present(bucket);
    if (anonKey != null && (anonKey.startsWith("sb_secret_") || isRole(anonKey, "service_role"))) {
      throw new IllegalArgumentException(
          "SUPABASE_ANON_KEY is a secret key, and every page would show it");
    }
    if (serviceRoleKey != null
        && (serviceRoleKey.startsWith("sb_publishable_") || isRole(serviceRoleKey, "anon"))) {
      throw new IllegalArgumentException(
          "SUPABASE_SERVICE_ROLE_KEY is a publishable key, which may not store anything");
    }
    requirePrintable("SUPABASE_ANON_KEY", anonKey);
    requirePrintable("SUPABASE_SERVICE_ROLE_KEY", serviceRoleKey);
    if (bucket != null) {
      if (!bucket.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")) {
        throw new IllegalArgumentException(
            "SUPABASE_STORAGE_BUCKET must be 1 to 100 letters, digits, dots, dashes and"
                + " underscores");
      }
      if (url == null) {
        throw new IllegalArgumentException(
            "SUPABASE_STORAGE_BUCKET is set, but no SUPABASE_URL says of which project");
      }
      if (serviceRoleKey == null) {
        throw new IllegalArgumentException(
            "SUPABASE_STORAGE_BUCKET is set, but no SUPABASE_SERVICE_ROLE_KEY opens it");
      }
    }
  }

  /** Whether media are kept there. */
  public boolean keepsMedia() {
    return bucket != null;
  }

  /** Tells what is set, and no key. */
  @Override
  public String toString() {
    return "SupabaseSettings[url=" + url + ", bucket=" + bucket + "]";
  }

  private static @Nullable String present(@Nullable String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** Anything else could end a header line. */
  private static void requirePrintable(String name, @Nullable String key) {
    if (key != null && !key.matches("[\\x21-\\x7e]+")) {
      throw new IllegalArgumentException(name + " must be one word of printable characters");
    }
  }

  /** Whether it is one of the legacy keys, which are tokens, for this role. */
  private static boolean isRole(String key, String role) {
    String[] parts = key.split("\\.", -1);
    if (parts.length != 3) {
      return false;
    }
    try {
      JsonNode claims = new ObjectMapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
      return claims != null && role.equals(claims.path("role").asText());
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }
}
