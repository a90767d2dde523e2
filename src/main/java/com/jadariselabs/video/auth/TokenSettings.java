package com.jadariselabs.video.auth;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens are accepted. Blank strings count as absent.
 *
 * @param jwtSecret the shared secret of HS256
 * @param supabaseJwtSecret the same by Supabase's name; {@code jwtSecret} goes before
 * @param supabaseUrl the project's address; gives the key set's address and the issuer where these
 *     are not set themselves
 * @param jwksUrl the key set's address; https, or http on loopback
 * @param audience what {@code aud} must contain, {@code authenticated} by default
 * @param issuer what {@code iss} must be; null: from {@code supabaseUrl}, else not checked
 * @param localMode null: local if nothing above says whose tokens to trust
 */
public record TokenSettings(
    @Nullable String jwtSecret,
    @Nullable String supabaseJwtSecret,
    @Nullable String supabaseUrl,
    @Nullable String jwksUrl,
    @Nullable String audience,
    @Nullable String issuer,
    @Nullable Boolean localMode) {

  /**
   * Checks that somebody can be let in.
   *
   * @throws IllegalArgumentException with one sentence about what is wrong
   */
  public TokenSettings {
    jwtSecret = present(jwtSecret);
    supabaseJwtSecret = present(supabaseJwtSecret);
    supabaseUrl = withoutSlash(present(supabaseUrl));
    jwksUrl = present(jwksUrl);
    audience = present(audience);
    issuer = present(issuer);
    if (Boolean.FALSE.equals(localMode)
        && jwtSecret == null
        && supabaseJwtSecret == null
        && supabaseUrl == null
        && jwksUrl == null) {
      throw new IllegalArgumentException(
          "LOCAL_MODE is false, but none of JWT_SECRET, SUPABASE_JWT_SECRET, SUPABASE_URL and"
              + " JWKS_URL says whose tokens to accept");
    }
    requireSecure("SUPABASE_URL", supabaseUrl);
    requireSecure("JWKS_URL", jwksUrl);
  }

  /** Settings with nothing set: local mode. */
  public static TokenSettings forLocalMode() {
    return new TokenSettings(null, null, null, null, null, null, null);
  }

  /** Whether this process mints tokens for whoever asks. */
  public boolean local() {
    if (localMode != null && localMode) {
      return true;
    }
    return jwtSecret == null && supabaseJwtSecret == null && supabaseUrl == null && jwksUrl == null;
  }

  /** The configured shared secret, if there is one. */
  public Optional<String> sharedSecret() {
    return Optional.ofNullable(jwtSecret).or(() -> Optional.ofNullable(supabaseJwtSecret));
  }

  /** Where the key set is, if one is configured. */
  public Optional<URI> keySet() {
    if (jwksUrl != null) {
      return Optional.of(URI.create(jwksUrl));
    }
    return Optional.ofNullable(supabaseUrl)
        .map(url -> URI.create(url + "/auth/v1/.well-known/jwks.json"));
  }

  /** The issuer that tokens must name, if that is checked. */
  public Optional<String> expectedIssuer() {
    if (issuer != null) {
      return Optional.of(issuer);
    }
    return Optional.ofNullable(supabaseUrl).map(url -> url + "/auth/v1");
  }

  /** The audience that tokens must name. */
  public String expectedAudience() {
    return audience == null ? "authenticated" : audience;
  }

  /** Tells what is set, and no secret. */
  @Override
  public String toString() {
    return "TokenSettings[sharedSecret="
        + (sharedSecret().isPresent() ? "set" : "none")
        + ", keySet="
        + keySet().map(URI::toString).orElse("none")
        + ", audience="
        + expectedAudience()
        + ", issuer="
        + expectedIssuer().orElse("any")
        + ", local="
        + local()
        + "]";
  }

  private static @Nullable String present(@Nullable String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static @Nullable String withoutSlash(@Nullable String url) {
    return url == null ? null : url.replaceAll("/+$", "");
  }

  private static void requireSecure(String name, @Nullable String url) {
    if (url != null && !secure(url)) {
      throw new IllegalArgumentException(
          name + " must be an https address (http is accepted for loopback alone)");
    }
  }

  private static boolean secure(String url) {
    try {
      URI uri = URI.create(url);
      String host = uri.getHost();
      if (host == null || uri.getUserInfo() != null) {
        return false;
      }
      return "https".equalsIgnoreCase(uri.getScheme())
          || ("http".equalsIgnoreCase(uri.getScheme())
              && (host.equals("localhost")
                  || host.equals("[::1]")
                  || host.matches("127(\\.\\d{1,3}){3}")));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
