package com.jadariselabs.video.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.generation.Usage;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the caller's generations came to, by day, model or API key. */
@Path("/usage")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("user")
public final class UsageResource {
  private static final int MOST_DAYS = 366;
  private static final int DEFAULT_DAYS = 30;

  private final Usage usage;
  private final Accounts accounts;
  private final AuditLog audit;
  private final Clock clock;

  UsageResource(Usage usage, Accounts accounts, AuditLog audit, Clock clock) {
    this.usage = usage;
    this.accounts = accounts;
    this.audit = audit;
    this.clock = clock;
  }

  /** The figures of these days in UTC, both included; an admin's of any user. */
  @GET
  public Response report(
      @Auth Caller caller,
      @QueryParam("from") @Nullable String fromText,
      @QueryParam("to") @Nullable String toText,
      @QueryParam("group") @Nullable String groupText,
      @QueryParam("user") @Nullable String user) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    Optional<LocalDate> to = date(toText, today);
    Optional<LocalDate> from = date(fromText, to.orElse(today).minusDays(DEFAULT_DAYS - 1));
    Usage.Group group = group(groupText);
    if (to.isEmpty() || from.isEmpty()) {
      return Queries.wrong(to.isEmpty() ? "to" : "from", "must be a date like 2026-02-27")
          .toResponse();
    }
    long days = ChronoUnit.DAYS.between(from.get(), to.get()) + 1;
    if (days < 1 || days > MOST_DAYS) {
      return Queries.wrong("from", "must be at most 366 days up to and including " + to.get())
          .toResponse();
    }
    if (group == null) {
      return Queries.wrong("group", "must be one of day, model, key").toResponse();
    }
    if (user != null && !user.equals(caller.userId())) {
      Optional<Reply> refusal = ofOther(caller, user);
      if (refusal.isPresent()) {
        return refusal.get().toResponse();
      }
    }
    String whose = user == null ? caller.userId() : user;
    Usage.Report report = usage.of(whose, from.get(), to.get(), group);
    return Response.ok(
            new Answer(
                true,
                whose,
                from.get().toString(),
                to.get().toString(),
                group.wireName(),
                report.lines().stream().map(line -> Line.of(line, group)).toList(),
                Total.of(report.total())))
        .build();
  }

  private Optional<Reply> ofOther(Caller caller, String user) {
    if (!caller.admin()) {
      return Optional.of(
          Reply.refusal(Problem.Code.FORBIDDEN, "Only admins may ask for another user's usage."));
    }
    audit.note(caller.userId(), "user.usage", user, null);
    return accounts.find(user).isPresent()
        ? Optional.empty()
        : Optional.of(Reply.refusal(Problem.Code.NOT_FOUND, "There is no such user."));
  }

  private static Optional<LocalDate> date(@Nullable String text, LocalDate otherwise) {
    if (text == null) {
      return Optional.of(otherwise);
    }
    try {
      return text.matches("2[0-9]{3}-[0-9]{2}-[0-9]{2}")
          ? Optional.of(LocalDate.parse(text))
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Usage.@Nullable Group group(@Nullable String text) {
    for (Usage.Group group : Usage.Group.values()) {
      if (group.wireName().equals(text == null ? "day" : text)) {
        return group;
      }
    }
    return null;
  }

  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Answer(
      boolean success,
      String userId,
      String from,
      String to,
      String group,
      List<Line> usage,
      Total total) {}

  /** One day, model or key; of a key's line without one: submitted by the user signed in. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Line(
      @Nullable String day,
      @Nullable String model,
      @Nullable String keyId,
      @Nullable String keyName,
      long completed,
      long failed,
      long cancelled,
      long open,
      long seconds,
      long creditsCharged,
      long creditsRefunded) {

    static Line of(Usage.Line line, Usage.Group group) {
      Usage.Figures f = line.figures();
      String unit = line.unit();
      return new Line(
          group == Usage.Group.DAY ? unit : null,
          group == Usage.Group.MODEL ? unit : null,
          group == Usage.Group.KEY && !unit.isEmpty() ? unit : null,
          line.name(),
          f.completed(),
          f.failed(),
          f.cancelled(),
          f.open(),
          f.seconds(),
          f.charged(),
          f.refunded());
    }
  }

  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Total(
      long completed,
      long failed,
      long cancelled,
      long open,
      long seconds,
      long creditsCharged,
      long creditsRefunded) {

    static Total of(Usage.Figures f) {
      return new Total(
          f.completed(),
          f.failed(),
          f.cancelled(),
          f.open(),
          f.seconds(),
          f.charged(),
          f.refunded());
    }
  }
}
