package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Moments;
import com.jadariselabs.video.moderation.Rejection;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What moderation has refused of somebody, and why, for admins. */
@Path("/admin/users/{id}/verdicts")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("admin")
public final class AdminVerdictsResource {
  private static final int DEFAULT_LIMIT = 50;
  private static final int LARGEST_LIMIT = 100;

  private final Rejections rejections;
  private final AuditLog audit;

  AdminVerdictsResource(Rejections rejections, AuditLog audit) {
    this.rejections = rejections;
    this.audit = audit;
  }

  /** Where they are kept. */
  public interface Rejections {

    /** A user's, the newest first, older than the one with this id. */
    List<Rejection> of(String userId, long before, int limit);
  }

  /** The verdicts, newest first; nobody's are an empty page. */
  @GET
  public Response read(
      @Auth Caller caller,
      @PathParam("id") String id,
      @QueryParam("limit") @Nullable String limitText,
      @QueryParam("cursor") @Nullable String cursor) {
    Optional<Integer> limit = Queries.whole(limitText, DEFAULT_LIMIT, 1, LARGEST_LIMIT);
    if (limit.isEmpty()) {
      return Queries.wrong("limit", "must be a whole number from 1 to " + LARGEST_LIMIT)
          .toResponse();
    }
    if (cursor != null && !cursor.matches("[0-9]{1,18}")) {
      return Queries.wrong("cursor", "is none of ours").toResponse();
    }
    audit.note(caller.userId(), "user.verdicts", id, null);
    long before = cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor);
    var rows = rejections.of(id, before, limit.get() + 1);
    boolean more = rows.size() > limit.get();
    var shown = more ? rows.subList(0, limit.get()) : rows;
    String next = more ? Long.toString(shown.get(shown.size() - 1).id()) : null;
    return Response.ok(new Verdicts(shown.stream().map(Entry::of).toList(), next)).build();
  }

  record Verdicts(List<Entry> verdicts, @JsonProperty("next_cursor") @Nullable String nextCursor) {}

  record Entry(
      String id,
      String at,
      String subject,
      String category,
      String reason,
      int points,
      @JsonProperty("generation_id") @Nullable String generationId) {

    static Entry of(Rejection row) {
      return new Entry(
          Long.toString(row.id()),
          Moments.iso(row.at()),
          row.subject(),
          row.category(),
          row.rule(),
          row.points(),
          row.generationId());
    }
  }
}
