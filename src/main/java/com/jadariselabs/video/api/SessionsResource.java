package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.auth.Session;
import com.jadariselabs.video.auth.Sessions;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;

/** The caller's sessions: seen, and ended. */
@Path("/sessions")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("session")
public final class SessionsResource {
  private final Sessions sessions;

  /** Shows these sessions. */
  public SessionsResource(Sessions sessions) {
    this.sessions = sessions;
  }

  /** All of a caller's sessions, the last used first. */
  public record Listing(List<Item> sessions) {}

  /** One session; times are ISO-8601 in UTC, in milliseconds. */
  public record Item(
      String id,
      @JsonProperty("created_at") String createdAt,
      @JsonProperty("last_seen_at") String lastSeenAt,
      boolean current) {

    static Item of(Session session) {
      return new Item(
          session.id(), time(session.createdAt()), time(session.lastSeenAt()), session.current());
    }

    private static String time(Instant instant) {
      return new DateTimeFormatterBuilder().appendInstant(3).toFormatter().format(instant);
    }
  }

  /** How many sessions ended. */
  public record Revoked(boolean success, int revoked) {}

  /** Lists them. */
  @GET
  public Listing list(@Auth Caller caller) {
    return new Listing(sessions.of(caller).stream().map(Item::of).toList());
  }

  /** Ends one; somebody else's is as absent as one that never was. */
  @DELETE
  @Path("/{id}")
  public Response revoke(@Auth Caller caller, @PathParam("id") String id) {
    return sessions.revoke(caller, id)
        ? Response.ok(new Revoked(true, 1)).build()
        : Reply.refusal(Problem.of(Problem.Code.NOT_FOUND, "No such session")).toResponse();
  }

  /** Ends all but the current one. */
  @DELETE
  public Revoked revokeOthers(@Auth Caller caller) {
    return new Revoked(true, sessions.revokeOthers(caller));
  }
}
