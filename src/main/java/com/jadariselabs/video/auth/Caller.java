package com.jadariselabs.video.auth;

import java.security.Principal;
import java.time.Instant;
import java.util.Set;

/**
 * Who is calling, as a verified token says.
 *
 * @param userId the token's {@code sub}
 * @param plan {@code free}, {@code starter} or {@code pro}, from {@code app_metadata.plan}
 * @param roles of {@code user}, {@code admin}, {@code service}
 * @param sessionId the token's {@code session_id}, or a digest of the token where it has none
 * @param expiresAt the token's {@code exp}
 */
public record Caller(
    String userId, String plan, Set<String> roles, String sessionId, Instant expiresAt)
    implements Principal {

  /** Copies the roles. */
  public Caller {
    roles = Set.copyOf(roles);
  }

  @Override
  public String getName() {
    return userId;
  }

  /** Whether the caller may do what admins do: an admin, or a trusted backend. */
  public boolean admin() {
    return roles.contains("admin") || roles.contains("service");
  }
}
