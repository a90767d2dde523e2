package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Tokens;
import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.ratelimit.AddressLimits;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sign-in without a password, in local mode alone; elsewhere it does not exist. A browser page of
 * another origin cannot use it: it takes JSON only, which needs a preflight.
 */
@Path("/auth/token")
@Produces(MediaType.APPLICATION_JSON)
public final class TokenResource {
  private static final Duration TTL = Duration.ofHours(8);
  private static final int LONGEST_NAME = 64;

  /** Letters and digits of any script, and what names and addresses hold besides. */
  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N}._@+' -]*[\\p{L}\\p{M}\\p{N}])?");

  private final Tokens tokens;
  private final Bearer bearer;
  private final AddressLimits limits;

  /** Mints with these tokens; a new session is known to the bearer at once. */
  public TokenResource(Tokens tokens, Bearer bearer, AddressLimits limits) {
    this.tokens = tokens;
    this.bearer = bearer;
    this.limits = limits;
  }

  /** Whom to mint for. */
  public record SignIn(@Nullable String user, @Nullable String plan, @Nullable Boolean admin) {}

  /** A token, as OAuth 2 answers it (RFC 6749, section 5.1). */
  public record Minted(
      @JsonProperty("access_token") String accessToken,
      @JsonProperty("token_type") String tokenType,
      @JsonProperty("expires_in") long expiresIn) {}

  /** Mints a token for whoever the caller says to be. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response mint(@Nullable SignIn signIn, @Context HttpServletRequest request) {
    if (!tokens.settings().local()) {
      return Reply.refusal(Problem.of(Problem.Code.NOT_FOUND, "There is nothing here"))
          .toResponse();
    }
    long wait = limits.take(request.getRemoteAddr());
    if (wait > 0) {
      return Reply.tooFast(wait).toResponse();
    }
    if (signIn == null) {
      return Reply.refusal(Problem.of(Problem.Code.MALFORMED_REQUEST, "A JSON object is expected"))
          .toResponse();
    }
    List<Problem.FieldError> errors = errors(signIn);
    String user = signIn.user();
    if (user == null || !errors.isEmpty()) {
      return Reply.refusal(Problem.invalid(Problem.Code.VALIDATION_FAILED, errors)).toResponse();
    }
    String plan = signIn.plan() == null ? Plan.FREE.wireName() : signIn.plan();
    String token = tokens.mint(user.strip(), plan, Boolean.TRUE.equals(signIn.admin()), TTL);
    // Being looked at makes the new session known, so that it can be revoked before its first use.
    bearer.ofToken(token);
    return Response.ok(new Minted(token, "bearer", TTL.toSeconds()))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  private static List<Problem.FieldError> errors(SignIn signIn) {
    List<Problem.FieldError> errors = new ArrayList<>();
    String user = signIn.user() == null ? "" : signIn.user().strip();
    if (user.codePointCount(0, user.length()) > LONGEST_NAME || !NAME.matcher(user).matches()) {
      errors.add(
          new Problem.FieldError(
              "user", "must be 1 to 64 letters, digits and . _ @ + - ' between them"));
    }
    String plan = signIn.plan();
    if (plan != null && !Plan.of(plan).wireName().equals(plan)) {
      errors.add(new Problem.FieldError("plan", "must be one of free, starter, pro"));
    }
    return errors;
  }
}
