package com.jadariselabs.video.api;

import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Caller;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.util.Set;

/**
 * Notes the calls of admins that came to nothing because they were not well formed or not valid.
 * What was tried, the resources write down themselves. Thread-safe.
 */
final class RefusedAdminCalls implements ContainerResponseFilter {
  private static final String ADMINS = "admin/";
  private static final Set<Integer> UNTRIED = Set.of(400, 413, 415, 422);
  private static final int LONGEST_PATH = 200;

  private final AuditLog audit;

  RefusedAdminCalls(AuditLog audit) {
    this.audit = audit;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    // As it was sent: decoded, it could hold what no log takes.
    String path = request.getUriInfo().getPath(false);
    if (UNTRIED.contains(response.getStatus())
        && path.startsWith(ADMINS)
        && request.getSecurityContext().isUserInRole("admin")
        && request.getSecurityContext().getUserPrincipal() instanceof Caller caller) {
      String target = path.substring(0, Math.min(path.length(), LONGEST_PATH));
      String detail = request.getMethod() + ", answered " + response.getStatus();
      audit.note(caller.userId(), "call.refused", target, detail);
    }
  }
}
