package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.auth.Tickets;
import com.jadariselabs.video.ratelimit.AddressLimits;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Tickets for sockets of clients that cannot send a header. */
@Path("/socket/ticket")
@Produces(MediaType.APPLICATION_JSON)
public final class TicketResource {
  private final Tickets tickets;
  private final AddressLimits limits;

  /** Issues these tickets. */
  public TicketResource(Tickets tickets, AddressLimits limits) {
    this.tickets = tickets;
    this.limits = limits;
  }

  /** A ticket and how many seconds it is good for. */
  public record Issued(String ticket, @JsonProperty("expires_in") int expiresIn) {}

  /** Issues a ticket that admits the caller once. */
  @POST
  @RolesAllowed("session")
  public Response issue(@Auth Caller caller, @Context HttpServletRequest request) {
    long wait = limits.take(request.getRemoteAddr());
    if (wait > 0) {
      return Reply.tooFast(wait).toResponse();
    }
    return Response.ok(new Issued(tickets.issue(caller), Tickets.SECONDS))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
