package com.jadariselabs.video.api;

import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.auth.Verification;
import io.dropwizard.auth.AuthDynamicFeature;
import io.dropwizard.auth.AuthValueFactoryProvider;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import org.glassfish.jersey.server.filter.RolesAllowedDynamicFeature;

/**
 * Lets resources ask for {@code @Auth Caller} and {@code @RolesAllowed("user" | "session" | "admin"
 * | "service")}; a session is a caller with a token, not with an API key. Who has no valid token is
 * answered 401, a key whose scopes do not allow the method 403.
 */
public final class Authentication implements Feature {
  private final Bearer bearer;

  /** Callers as this bearer sees them. */
  public Authentication(Bearer bearer) {
    this.bearer = bearer;
  }

  @Override
  public boolean configure(FeatureContext context) {
    context.register(new AuthDynamicFeature(new Door(bearer)));
    context.register(new AuthValueFactoryProvider.Binder<>(Caller.class));
    context.register(RolesAllowedDynamicFeature.class);
    return true;
  }

  /** The 401 of a caller without a valid token. */
  static Response refusal(Verification verification) {
    return Reply.unauthorized(verification).toResponse();
  }

  @Priority(Priorities.AUTHENTICATION)
  private record Door(Bearer bearer) implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      Verification verification =
          bearer.ofHeaders(request.getHeaders().get(HttpHeaders.AUTHORIZATION));
      if (verification instanceof Verification.Valid valid) {
        request.setSecurityContext(
            new Security(valid.caller(), request.getSecurityContext().isSecure()));
        Keys.refusal(valid.caller(), request.getMethod())
            .ifPresent(reply -> request.abortWith(reply.toResponse()));
      } else {
        request.abortWith(refusal(verification));
      }
    }
  }

  private record Security(Caller caller, boolean isSecure) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
      return caller;
    }

    @Override
    public boolean isUserInRole(String role) {
      return switch (role) {
        case "user" -> true;
        case "session" -> caller.key() == null;
        case "admin" -> caller.admin();
        default -> caller.roles().contains(role);
      };
    }

    @Override
    public String getAuthenticationScheme() {
      return "Bearer";
    }
  }
}
