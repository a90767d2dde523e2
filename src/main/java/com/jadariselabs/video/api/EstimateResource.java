package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.generation.Draft;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request would cost (§2.5). Charges nothing, takes no rate token. */
@Path("/generate/video/estimate")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("user")
public final class EstimateResource {
  private final Drafts drafts;
  private final Accounts accounts;

  EstimateResource(Drafts drafts, Accounts accounts) {
    this.drafts = drafts;
    this.accounts = accounts;
  }

  /** Reckons. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response estimate(
      @Auth Caller caller, @Nullable GenerateRequest body, @Context HttpServletRequest request) {
    if (body == null) {
      return Reply.refusal(Problem.Code.MALFORMED_REQUEST, "A JSON object is expected.")
          .toResponse();
    }
    Drafts.Checked checked =
        drafts.check(body, caller, String.valueOf(TraceFilter.traceId(request)), null);
    if (checked instanceof Drafts.Checked.Wrong wrong) {
      return Reply.refusal(Problem.invalid(Problem.Code.VALIDATION_FAILED, wrong.errors()))
          .toResponse();
    }
    Draft draft = ((Drafts.Checked.Valid) checked).draft();
    long balance = accounts.open(caller.userId(), caller.plan()).balance();
    return Response.ok(
            new Answer(
                true,
                draft.credits(),
                draft.estimatedSeconds(),
                balance >= draft.credits(),
                draft.providerModel(),
                draft.providerDuration(),
                draft.warnings()))
        .build();
  }

  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Answer(
      boolean success,
      int credits,
      int estimatedTimeSeconds,
      boolean affordable,
      String providerModel,
      int providerDuration,
      List<String> warnings) {}
}
