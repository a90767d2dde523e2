package com.jadariselabs.video.auth;

import java.security.Principal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, as a verified token says.
 *
 * @param userId the token's {@code sub}
 * @param plan {@code free}, {@code starter} or {@code pro}, from {@code app_metadata.plan}
 * @param roles of {@code user}, {@code admin}, {@code service}
 * @param sessionId the token's {@code session_id}, or a digest of the token where it has none
 * @param expiresAt the token's {@code exp}
 * @param key what the API key allows that was sent in the token's place; null: there was a token
 * @param issuedAt the token's {@code iat}; null: it does not say
 */
public record Caller(
    String userId,
    String plan,
    Set<String> roles,
    String sessionId,
    Instant expiresAt,
    @Nullable KeyGrant key,
    @Nullable Instant issuedAt)
    implements Principal {

  /** Copies the roles. */
  public Caller {
    roles = Set.copyOf(roles);
  }

  /** Somebody with a token. */
  public Caller(
      String userId, String plan, Set<String> roles, String sessionId, Instant expiresAt) {
    this(userId, plan, roles, sessionId, expiresAt, null, null);
  }

  /** Somebody with an API key. */
  public Caller(
      String userId,
      String plan,
      Set<String> roles,
      String sessionId,
      Instant expiresAt,
      @Nullable KeyGrant key) {
    this(userId, plan, roles, sessionId, expiresAt, key, null);
  }

  @Override
  public String getName() {
    return userId;
  }

  /** Whether the caller may do what admins do: an admin, or a trusted backend. */
  public boolean admin() {
    return roles.contains("admin") || roles.contains("service");
  }

  /** Whether the caller may read and subscribe. */
  public boolean mayRead() {
    return key == null || key.reads();
  }

  /** Whether the caller may submit, cancel and change things. */
  public boolean mayWrite() {
    return key == null || key.writes();
  }
}
