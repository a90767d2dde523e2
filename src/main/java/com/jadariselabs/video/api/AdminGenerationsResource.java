package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.GenerationRoom;
import com.jadariselabs.video.generation.GenerationView;
import com.jadariselabs.video.generation.Moments;
import com.jadariselabs.video.generation.Page;
import com.jadariselabs.video.generation.Retrial;
import com.jadariselabs.video.generation.Status;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everybody's generations, for admins (§2.8). */
@Path("/admin/generations")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("admin")
public final class AdminGenerationsResource {
  private static final int DEFAULT_LIMIT = 20;
  private static final int LARGEST_LIMIT = 100;

  private final GenerationRoom generation;
  private final AuditLog audit;

  AdminGenerationsResource(GenerationRoom generation, AuditLog audit) {
    this.generation = generation;
    this.audit = audit;
  }

  /** All of them, or a user's, or those of one status; newest first. */
  @GET
  public Response list(
      @Auth Caller caller,
      @QueryParam("status") @Nullable String status,
      @QueryParam("user") @Nullable String user,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @Nullable String limitText) {
    Optional<Integer> limit = Queries.whole(limitText, DEFAULT_LIMIT, 1, LARGEST_LIMIT);
    if (limit.isEmpty()) {
      return Queries.wrong("limit", "must be a whole number from 1 to " + LARGEST_LIMIT)
          .toResponse();
    }
    Status wanted = Queries.status(status);
    if (status != null && wanted == null) {
      return Queries.wrong(
              "status", "must be one of queued, processing, completed, failed, cancelled")
          .toResponse();
    }
    if (cursor != null && !cursor.matches("gen_[A-Za-z0-9_-]{1,60}")) {
      return Queries.wrong("cursor", "is none of ours").toResponse();
    }
    Page page = generation.oversight().list(user, wanted, cursor, limit.get());
    audit.note(caller.userId(), "generation.list", user, status);
    return Response.ok(
            new Listing(
                true, page.generations().stream().map(this::owned).toList(), page.nextCursor()))
        .build();
  }

  /** Each attempt of each run, with what the provider said. */
  @GET
  @Path("/{id}/attempts")
  public Response attempts(@Auth Caller caller, @PathParam("id") String id) {
    audit.note(caller.userId(), "generation.attempts", id, null);
    if (generation.generations().find(id).isEmpty()) {
      return absent();
    }
    List<Attempt> attempts = generation.generations().attempts(id);
    return Response.ok(new History(true, id, attempts.stream().map(Try::of).toList())).build();
  }

  /** A failed one again: charged again, a run of its own. */
  @POST
  @Path("/{id}/retry")
  public Response retry(@Auth Caller caller, @PathParam("id") String id) {
    Retrial retrial = generation.oversight().retry(id, caller.userId());
    if (retrial instanceof Retrial.Queued queued) {
      int charged = queued.generation().creditsCharged();
      return Response.status(202).entity(new Again(true, id, "queued", charged)).build();
    }
    audit.note(caller.userId(), "generation.retry", id, "refused");
    return refusal(retrial).toResponse();
  }

  private static Reply refusal(Retrial retrial) {
    if (retrial instanceof Retrial.OutOfCredits little) {
      return Reply.refusal(
          Problem.of(
                  Problem.Code.INSUFFICIENT_CREDITS,
                  "The owner has too few credits to be charged again.")
              .with("required", little.required())
              .with("available", little.available()));
    }
    if (retrial instanceof Retrial.NotFailed other) {
      return Reply.refusal(
          Problem.Code.NOT_RETRYABLE, "Only a failed one can be; this one is " + other.status());
    }
    return Reply.refusal(Problem.Code.NOT_FOUND, GenerationResource.NO_SUCH);
  }

  private static Response absent() {
    return Reply.refusal(Problem.Code.NOT_FOUND, GenerationResource.NO_SUCH).toResponse();
  }

  private Owned owned(Generation g) {
    return new Owned(g.userId(), g.run(), generation.generations().view(g));
  }

  /** What its owner sees, and whose it is. */
  record Owned(
      @JsonProperty("user_id") String userId, int run, @JsonUnwrapped GenerationView view) {}

  record Listing(
      boolean success,
      List<Owned> generations,
      @JsonProperty("next_cursor") @Nullable String nextCursor) {}

  record Again(
      boolean success,
      @JsonProperty("generation_id") String generationId,
      String status,
      @JsonProperty("credits_charged") int creditsCharged) {}

  record History(
      boolean success, @JsonProperty("generation_id") String generationId, List<Try> attempts) {}

  /** One attempt; input and metrics are the JSON that was sent and received. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Try(
      int run,
      int attempt,
      String state,
      @Nullable String predictionId,
      String startedAt,
      @Nullable String endedAt,
      GenerationView.@Nullable Failure error,
      @JsonRawValue @Nullable String input,
      @JsonRawValue @Nullable String metrics) {

    static Try of(Attempt attempt) {
      String code = attempt.errorCode();
      Instant ended = attempt.endedAt();
      return new Try(
          attempt.run(),
          attempt.attempt(),
          attempt.state(),
          attempt.predictionId(),
          Moments.iso(attempt.startedAt()),
          ended == null ? null : Moments.iso(ended),
          code == null
              ? null
              : new GenerationView.Failure(code, String.valueOf(attempt.errorMessage())),
          attempt.input(),
          attempt.metrics());
    }
  }
}
