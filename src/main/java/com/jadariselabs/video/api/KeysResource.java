package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.auth.ApiKey;
import com.jadariselabs.video.auth.ApiKeys;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.generation.Moments;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The caller's API keys: made, seen and ended by who is signed in, never by a key. */
@Path("/keys")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("session")
public final class KeysResource {
  private final ApiKeys keys;
  private final KeyWishes wishes;

  KeysResource(ApiKeys keys, KeyWishes wishes) {
    this.keys = keys;
    this.wishes = wishes;
  }

  /** Makes one; its text is in this answer and in no other. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response make(@Auth Caller caller, Wanted body) {
    KeyWishes.Checked checked = wishes.check(body);
    if (checked instanceof KeyWishes.Checked.Wrong wrong) {
      return refused(wrong.errors());
    }
    return keys.make(caller, ((KeyWishes.Checked.Valid) checked).wish())
        .map(
            made ->
                Response.status(Response.Status.CREATED)
                    .entity(new Made(true, made.text(), Item.of(made.key())))
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .build())
        .orElseGet(
            () ->
                refused(
                    List.of(
                        new Problem.FieldError(
                            "name", "there are " + ApiKeys.MOST + " keys: revoke one first"))));
  }

  /** Lists them, the newest first. */
  @GET
  public Listing list(@Auth Caller caller) {
    return new Listing(keys.of(caller.userId()).stream().map(Item::of).toList());
  }

  /** Revokes one; somebody else's is as absent as one that never was. */
  @DELETE
  @Path("/{id}")
  public Response revoke(@Auth Caller caller, @PathParam("id") String id) {
    return keys.revoke(caller.userId(), id)
        ? Response.ok(new Ended(true, id)).build()
        : Reply.refusal(Problem.Code.NOT_FOUND, "There is no such key.").toResponse();
  }

  private static Response refused(List<Problem.FieldError> errors) {
    return Reply.refusal(Problem.invalid(Problem.Code.VALIDATION_FAILED, errors)).toResponse();
  }

  /** What is wanted. */
  record Wanted(
      @Nullable String name,
      @Nullable List<String> scopes,
      @JsonProperty("expires_at") @Nullable String expiresAt,
      @Nullable Limits limits) {}

  /** Submissions by this key alone, besides what its owner's limits allow; null: not limited. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Limits(@Nullable Integer perMinute, @Nullable Integer perHour, @Nullable Integer perDay) {

    static @Nullable Limits of(ApiKey key) {
      return key.perMinute() == null && key.perHour() == null && key.perDay() == null
          ? null
          : new Limits(key.perMinute(), key.perHour(), key.perDay());
    }
  }

  record Made(boolean success, String key, @JsonProperty("api_key") Item item) {}

  record Listing(List<Item> keys) {}

  record Ended(boolean success, String id) {}

  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Item(
      String id,
      String prefix,
      String name,
      List<String> scopes,
      @Nullable Limits limits,
      String createdAt,
      @Nullable String lastUsedAt,
      @Nullable String expiresAt) {

    static Item of(ApiKey key) {
      return new Item(
          key.id(),
          key.prefix(),
          key.name(),
          Stream.of(key.reads() ? "read" : "", key.writes() ? "write" : "")
              .filter(scope -> !scope.isEmpty())
              .toList(),
          Limits.of(key),
          Moments.iso(key.createdAt()),
          time(key.lastUsedAt()),
          time(key.expiresAt()));
    }

    private static @Nullable String time(@Nullable Instant instant) {
      return instant == null ? null : Moments.iso(instant);
    }
  }
}
