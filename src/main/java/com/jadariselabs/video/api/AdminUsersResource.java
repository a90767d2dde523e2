package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.credits.Account;
import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.generation.Moments;
import com.jadariselabs.video.retention.Erasure;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Other people's accounts, for admins (§2.8). */
@Path("/admin/users/{id}")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("admin")
public final class AdminUsersResource {
  private static final long MOST_CREDITS = 1_000_000_000;
  private static final int LONGEST_REASON = 500;
  private static final Set<String> STATES = Set.of("active", "suspended");

  private final Accounts accounts;
  private final ToIntFunction<String> reputation;
  private final AuditLog audit;
  private final Erasure erasure;

  AdminUsersResource(
      Accounts accounts, ToIntFunction<String> reputation, AuditLog audit, Erasure erasure) {
    this.erasure = erasure;
    this.accounts = accounts;
    this.reputation = reputation;
    this.audit = audit;
  }

  /** Who it is and what there is. */
  @GET
  public Response read(@Auth Caller caller, @PathParam("id") String id) {
    audit.note(caller.userId(), "user.read", id, null);
    return accounts
        .find(id)
        .map(account -> Response.ok(User.of(account, reputation.applyAsInt(id))).build())
        .orElseGet(AdminUsersResource::absent);
  }

  /** Erases: the account is closed at once, the rest follows. */
  @DELETE
  public Response erase(@Auth Caller caller, @PathParam("id") String id) {
    return erasure.begin(id, caller.userId())
        ? Response.accepted(new Erasing(true, id, "erasing")).build()
        : absent();
  }

  /** Gives credits, or takes them. */
  @POST
  @Path("/credits")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response adjust(@Auth Caller caller, @PathParam("id") String id, Adjustment body) {
    List<Problem.FieldError> errors = body.errors();
    Long amount = body.amount();
    String reason = body.reason();
    if (amount == null || reason == null || !errors.isEmpty()) {
      return invalid(errors);
    }
    OptionalLong credits = accounts.adjust(id, amount, reason.strip(), caller.userId());
    if (credits.isPresent()) {
      return Response.ok(new Adjusted(true, id, credits.getAsLong())).build();
    }
    audit.note(caller.userId(), "user.credits", id, "refused");
    Optional<Account> account = accounts.find(id);
    return account.map(known -> tooLittle(-amount, known.balance())).orElseGet(() -> absent());
  }

  /** Suspends, or makes active again. */
  @PUT
  @Path("/status")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response status(@Auth Caller caller, @PathParam("id") String id, Standing body) {
    String status = body.status();
    if (status == null || !STATES.contains(status)) {
      return invalid(List.of(new Problem.FieldError("status", "must be one of active, suspended")));
    }
    if (accounts.setStatus(id, status, caller.userId())) {
      return Response.ok(new Stands(true, id, status)).build();
    }
    audit.note(caller.userId(), "user.status", id, "refused");
    return absent();
  }

  private static Response absent() {
    return Reply.refusal(Problem.Code.NOT_FOUND, "There is no such user.").toResponse();
  }

  private static Response invalid(List<Problem.FieldError> errors) {
    return Reply.refusal(Problem.invalid(Problem.Code.VALIDATION_FAILED, errors)).toResponse();
  }

  private static Response tooLittle(long required, long available) {
    return Reply.refusal(
            Problem.of(
                    Problem.Code.INSUFFICIENT_CREDITS,
                    "The account has " + available + " credits: " + required + " cannot be taken.")
                .with("required", required)
                .with("available", available))
        .toResponse();
  }

  /** How much, up or down, and why. */
  public record Adjustment(@Nullable Long amount, @Nullable String reason) {
    List<Problem.FieldError> errors() {
      List<Problem.FieldError> errors = new ArrayList<>();
      if (amount == null || amount == 0 || amount > MOST_CREDITS || amount < -MOST_CREDITS) {
        errors.add(
            new Problem.FieldError(
                "amount", "must be a whole number other than 0, at most " + MOST_CREDITS));
      }
      String text = reason == null ? "" : reason.strip();
      String wrong =
          text.isEmpty() || text.codePointCount(0, text.length()) > LONGEST_REASON
              ? "must be 1 to " + LONGEST_REASON + " characters"
              : Characters.problem(text);
      if (wrong != null) {
        errors.add(new Problem.FieldError("reason", wrong));
      }
      return errors;
    }
  }

  /** {@code active} or {@code suspended}. */
  public record Standing(@Nullable String status) {}

  record Adjusted(boolean success, @JsonProperty("user_id") String userId, long credits) {}

  record Stands(boolean success, @JsonProperty("user_id") String userId, String status) {}

  record Erasing(boolean success, @JsonProperty("user_id") String userId, String status) {}

  record User(
      @JsonProperty("user_id") String userId,
      String plan,
      String status,
      long credits,
      int reputation,
      @JsonProperty("created_at") String createdAt) {

    static User of(Account account, int reputation) {
      return new User(
          account.userId(),
          account.plan(),
          account.status(),
          account.balance(),
          reputation,
          Moments.iso(account.createdAt()));
    }
  }
}
