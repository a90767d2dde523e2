package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.audit.AuditEntry;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Moments;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What admins did (§2.8), this call not yet among it. */
@Path("/admin/audit")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("admin")
public final class AdminAuditResource {
  private static final int DEFAULT_LIMIT = 50;
  private static final int LARGEST_LIMIT = 100;

  private final AuditLog audit;

  AdminAuditResource(AuditLog audit) {
    this.audit = audit;
  }

  /** The entries, newest first. */
  @GET
  public Response read(
      @Auth Caller caller,
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
    long before = cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor);
    List<AuditEntry> rows = audit.entries(before, limit.get() + 1);
    audit.note(caller.userId(), "audit.read", null, null);
    boolean more = rows.size() > limit.get();
    List<AuditEntry> shown = more ? rows.subList(0, limit.get()) : rows;
    String next = more ? Long.toString(shown.get(shown.size() - 1).id()) : null;
    return Response.ok(new Log(shown.stream().map(Entry::of).toList(), next)).build();
  }

  record Log(List<Entry> entries, @JsonProperty("next_cursor") @Nullable String nextCursor) {}

  record Entry(
      String id,
      String at,
      String actor,
      String action,
      @Nullable String target,
      @Nullable String detail) {

    static Entry of(AuditEntry entry) {
      return new Entry(
          Long.toString(entry.id()),
          Moments.iso(entry.at()),
          entry.actor(),
          entry.action(),
          entry.target(),
          entry.detail());
    }
  }
}
