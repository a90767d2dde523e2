package com.jadariselabs.video.api;

import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.webhook.WebhookSecrets;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What the caller's webhooks are signed with (§4). */
@Path("/webhooks/secret")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("session")
public final class WebhookSecretResource {
  private final WebhookSecrets secrets;

  WebhookSecretResource(WebhookSecrets secrets) {
    this.secrets = secrets;
  }

  /** The present one. */
  @GET
  public Response read(@Auth Caller caller) {
    return answer(secrets.present(caller.userId()));
  }

  /** A new one; the one before signs beside it for a day. */
  @POST
  @Path("/rotate")
  public Response rotate(@Auth Caller caller) {
    return answer(secrets.rotate(caller.userId()));
  }

  private static Response answer(String secret) {
    return Response.ok(new Answer(secret)).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  record Answer(String secret) {}
}
