package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Moments;
import com.jadariselabs.video.webhook.Deliveries;
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
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the caller's webhooks fared, and their replay. */
@Path("/webhooks/deliveries")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("user")
public final class WebhookDeliveriesResource {
  private static final int DEFAULT_LIMIT = 20;
  private static final int LARGEST_LIMIT = 100;

  private final Deliveries deliveries;

  WebhookDeliveriesResource(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  /** The log, newest first; kept for a week after a delivery has ended. */
  @GET
  public Response list(
      @Auth Caller caller,
      @QueryParam("generation_id") @Nullable String generationId,
      @QueryParam("status") @Nullable String status,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @Nullable String limitText) {
    Optional<Integer> limit = Queries.whole(limitText, DEFAULT_LIMIT, 1, LARGEST_LIMIT);
    if (limit.isEmpty()) {
      return Queries.wrong("limit", "must be a whole number from 1 to " + LARGEST_LIMIT)
          .toResponse();
    }
    if (status != null && !Deliveries.STATES.contains(status)) {
      return Queries.wrong("status", "must be one of " + String.join(", ", Deliveries.STATES))
          .toResponse();
    }
    return deliveries
        .list(caller.userId(), generationId, status, cursor, limit.get())
        .map(page -> Response.ok(Log.of(page)).build())
        .orElseGet(() -> Queries.wrong("cursor", "is none of ours").toResponse());
  }

  /** Tries an ended one again, with the same id and body. */
  @POST
  @Path("/{id}/replay")
  public Response replay(@Auth Caller caller, @PathParam("id") String id) {
    return switch (deliveries.replay(caller.userId(), id)) {
      case QUEUED -> Response.accepted(new Replayed(true, id, "waiting")).build();
      case STILL_WAITING ->
          Reply.refusal(Problem.Code.NOT_RETRYABLE, "It has not ended: its next try is to come.")
              .toResponse();
      case NOT_FOUND ->
          Reply.refusal(Problem.Code.NOT_FOUND, "There is no such delivery.").toResponse();
    };
  }

  record Log(List<Entry> deliveries, @JsonProperty("next_cursor") @Nullable String nextCursor) {

    static Log of(Deliveries.Page page) {
      return new Log(
          page.deliveries().stream()
              .map(each -> Entry.of(each, page.attempts().getOrDefault(each.id(), List.of())))
              .toList(),
          page.nextCursor());
    }
  }

  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Entry(
      String id,
      String generationId,
      String type,
      String url,
      String status,
      List<Try> attempts,
      String occurredAt,
      @Nullable String nextTryAt,
      @Nullable String endedAt) {

    static Entry of(Deliveries.Delivery delivery, List<Deliveries.Attempt> attempts) {
      return new Entry(
          delivery.id(),
          delivery.generationId(),
          delivery.type(),
          place(delivery.url()),
          delivery.state(),
          attempts.stream().map(Try::of).toList(),
          Moments.iso(delivery.occurredAt()),
          time(delivery.nextTryAt()),
          time(delivery.endedAt()));
    }

    /** Without the query and the user's part, where receivers keep their secrets. */
    private static String place(String url) {
      URI uri = URI.create(url);
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
    }

    private static @Nullable String time(@Nullable Instant instant) {
      return instant == null ? null : Moments.iso(instant);
    }
  }

  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Try(
      int number, String at, @Nullable Integer statusCode, @Nullable String error, int tookMs) {

    static Try of(Deliveries.Attempt attempt) {
      return new Try(
          attempt.number(),
          Moments.iso(attempt.at()),
          attempt.status(),
          attempt.error(),
          attempt.tookMillis());
    }
  }

  record Replayed(boolean success, String id, String status) {}
}
