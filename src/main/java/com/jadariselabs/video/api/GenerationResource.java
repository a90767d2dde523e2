package com.jadariselabs.video.api;

import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Generations;
import com.jadariselabs.video.generation.Page;
import com.jadariselabs.video.generation.Status;
import com.jadariselabs.video.retention.Purged;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Generations of the caller. Submitting and reading one by id usually never come here: {@link
 * HotRoutes} answers them with the same parts before Jersey wakes up.
 */
@Path("/generate/video")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("user")
public final class GenerationResource {
  static final String NO_SUCH = "There is no such generation.";
  private static final int DEFAULT_LIMIT = 20;
  private static final int LARGEST_LIMIT = 100;

  private final Submitting submitting;
  private final Reading reading;
  private final Generations generations;
  private final BiFunction<String, String, Optional<Purged>> purging;

  /**
   * A resource.
   *
   * @param purging takes away a user's generation that has ended, by user id and generation id
   */
  GenerationResource(
      Submitting submitting,
      Reading reading,
      Generations generations,
      BiFunction<String, String, Optional<Purged>> purging) {
    this.purging = purging;
    this.submitting = submitting;
    this.reading = reading;
    this.generations = generations;
  }

  /** Submits (§2.1). */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public void submit(
      @Auth Caller caller,
      byte[] body,
      @HeaderParam("Idempotency-Key") @Nullable String key,
      @Context HttpServletRequest request,
      @Suspended AsyncResponse answer) {
    submitting
        .submit(body, caller, String.valueOf(TraceFilter.traceId(request)), key)
        .whenComplete(
            (reply, failure) -> answer.resume(failure == null ? reply.toResponse() : failure));
  }

  /** One of the caller's own generations, or all of them, newest first (§2.2). */
  @GET
  public Response read(
      @Auth Caller caller,
      @QueryParam("generation_id") @Nullable String id,
      @QueryParam("status") @Nullable String status,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @Nullable String limit,
      @HeaderParam("If-None-Match") @Nullable String etag) {
    return id == null
        ? list(caller, status, cursor, limit).toResponse()
        : reading.one(caller, id, etag).toResponse();
  }

  /** Cancels (§2.3); with {@code purge=true} whatever runs, and then takes all of it away. */
  @DELETE
  public Response cancel(
      @Auth Caller caller,
      @QueryParam("generation_id") @Nullable String id,
      @QueryParam("purge") @Nullable String purge) {
    if (id == null) {
      return Queries.missing("generation_id").toResponse();
    }
    if (purge != null && !purge.equals("true") && !purge.equals("false")) {
      return Queries.wrong("purge", "must be true or false").toResponse();
    }
    Reply cancelled = CancelAnswer.reply(generations.cancel(caller.userId(), id));
    return "true".equals(purge) ? purged(caller, id).toResponse() : cancelled.toResponse();
  }

  private Reply purged(Caller caller, String id) {
    return purging
        .apply(caller.userId(), id)
        .map(purged -> Reply.ok(CancelAnswer.purged(id, purged)))
        .orElseGet(() -> Reply.refusal(Problem.Code.NOT_FOUND, NO_SUCH));
  }

  private Reply list(
      Caller caller, @Nullable String status, @Nullable String cursor, @Nullable String limitText) {
    Optional<Integer> limit = Queries.whole(limitText, DEFAULT_LIMIT, 1, LARGEST_LIMIT);
    if (limit.isEmpty()) {
      return Queries.wrong("limit", "must be a whole number from 1 to " + LARGEST_LIMIT);
    }
    Status wanted = Queries.status(status);
    if (status != null && wanted == null) {
      return Queries.wrong(
          "status", "must be one of queued, processing, completed, failed, cancelled");
    }
    Optional<Page> page = generations.list(caller.userId(), wanted, cursor, limit.get());
    return page.map(
            rows ->
                Reply.ok(
                    new GenerationList(
                        true,
                        rows.generations().stream().map(generations::view).toList(),
                        rows.nextCursor())))
        .orElseGet(() -> Queries.wrong("cursor", "is none of ours"));
  }
}
