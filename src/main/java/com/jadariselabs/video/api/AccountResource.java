package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.credits.LedgerEntry;
import com.jadariselabs.video.generation.Moments;
import com.jadariselabs.video.ratelimit.Decision;
import com.jadariselabs.video.ratelimit.RateLimits;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The caller's own account: who they are, what they have, where it went (§2.5). */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("user")
public final class AccountResource {
  private static final int DEFAULT_LIMIT = 20;
  private static final int LARGEST_LIMIT = 100;

  private final Accounts accounts;
  private final RateLimits limits;
  private final ToIntFunction<String> reputation;

  AccountResource(Accounts accounts, RateLimits limits, ToIntFunction<String> reputation) {
    this.accounts = accounts;
    this.limits = limits;
    this.reputation = reputation;
  }

  /** Who the caller is. */
  @GET
  @Path("/me")
  public Me me(@Auth Caller caller) {
    int score = reputation.applyAsInt(caller.userId());
    Decision now =
        limits
            .peek(caller.userId(), caller.plan(), score < 50 ? 0.5 : 1, Keys.limits(caller))
            .join();
    Map<String, Window> windows = new LinkedHashMap<>();
    for (Decision.State state : now.windows()) {
      windows.put(
          "per_" + state.name(), new Window(state.limit(), (int) Math.floor(state.tokens())));
    }
    return new Me(
        caller.userId(),
        caller.plan(),
        new TreeSet<>(caller.roles()),
        accounts.open(caller.userId(), caller.plan()).balance(),
        score,
        windows);
  }

  /** The ledger, newest first. */
  @GET
  @Path("/credits")
  public Response credits(
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
    long balance = accounts.open(caller.userId(), caller.plan()).balance();
    List<LedgerEntry> rows = accounts.entries(caller.userId(), before, limit.get() + 1);
    boolean more = rows.size() > limit.get();
    List<LedgerEntry> shown = more ? rows.subList(0, limit.get()) : rows;
    String next = more ? Long.toString(shown.get(shown.size() - 1).id()) : null;
    return Response.ok(new Ledger(balance, shown.stream().map(Entry::of).toList(), next)).build();
  }

  record Me(
      @JsonProperty("user_id") String userId,
      String plan,
      Set<String> roles,
      long credits,
      int reputation,
      Map<String, Window> limits) {}

  record Window(int limit, int remaining) {}

  record Ledger(
      long balance,
      List<Entry> entries,
      @JsonProperty("next_cursor") @Nullable String nextCursor) {}

  record Entry(
      String id,
      long amount,
      String kind,
      @JsonProperty("generation_id") @Nullable String generationId,
      @JsonProperty("balance_after") long balanceAfter,
      @JsonProperty("created_at") String createdAt) {

    static Entry of(LedgerEntry entry) {
      return new Entry(
          Long.toString(entry.id()),
          entry.amount(),
          entry.kind(),
          entry.generationId(),
          entry.balanceAfter(),
          Moments.iso(entry.createdAt()));
    }
  }
}
