package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.Caller;
import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.generation.Figures;
import com.jadariselabs.video.generation.Figures.Overview;
import com.jadariselabs.video.generation.Minutes;
import com.jadariselabs.video.generation.Moments;
import com.jadariselabs.video.queue.Priority;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the operators' page draws. It is asked for every few seconds, so looking is noted in the
 * audit log once in a quarter of an hour for each admin.
 */
@Path("/admin/overview")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("admin")
public final class AdminOverviewResource {
  private static final Duration NOTED_FOR = Duration.ofMinutes(15);
  private static final int MOST_ADMINS = 1_000;
  private static final double MILLIS = 1_000;

  private final Figures figures;
  private final Supplier<LiveFigures> live;
  private final AuditLog audit;
  private final Cache<String, Boolean> noted =
      Caffeine.newBuilder().expireAfterWrite(NOTED_FOR).maximumSize(MOST_ADMINS).build();

  AdminOverviewResource(Figures figures, Supplier<LiveFigures> live, AuditLog audit) {
    this.figures = figures;
    this.live = live;
    this.audit = audit;
  }

  /** The whole service by PostgreSQL's rows, and the instance that answers. */
  @GET
  public Answer read(@Auth Caller caller) {
    if (noted.asMap().putIfAbsent(caller.userId(), true) == null) {
      audit.note(caller.userId(), "overview.read", null, null);
    }
    Overview overview = figures.overview();
    return new Answer(
        true,
        Moments.iso(overview.at()),
        overview.paused(),
        overview.queues().stream().map(Line::of).toList(),
        overview.holders().stream().map(h -> new Holder(h.worker(), h.generations())).toList(),
        overview.minutes().stream().map(Minute::of).toList(),
        live.get());
  }

  record Answer(
      boolean success,
      String at,
      boolean paused,
      List<Line> queues,
      List<Holder> holders,
      List<Minute> minutes,
      LiveFigures here) {}

  /** A delivery queue. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Line(
      String priority,
      String plan,
      long ready,
      long heldBack,
      long delayed,
      @Nullable Long oldestMs) {

    static Line of(Figures.Queued queue) {
      return new Line(
          queue.priority().wireName(),
          plan(queue.priority()).wireName(),
          queue.ready(),
          queue.heldBack(),
          queue.delayed(),
          millis(queue.oldestSeconds()));
    }

    private static Plan plan(Priority priority) {
      return switch (priority) {
        case HIGH -> Plan.PRO;
        case NORMAL -> Plan.STARTER;
        case LOW -> Plan.FREE;
      };
    }
  }

  /** Who works on how many. */
  record Holder(String worker, long generations) {}

  /** Percentiles in milliseconds; null where nothing ended. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Spread(@Nullable Long p50Ms, @Nullable Long p95Ms, @Nullable Long p99Ms) {
    static Spread of(Minutes.Spread seconds) {
      return new Spread(millis(seconds.p50()), millis(seconds.p95()), millis(seconds.p99()));
    }
  }

  /** A minute of the whole service. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Minute(
      String at,
      long submitted,
      long completed,
      long failed,
      long cancelled,
      long creditsCharged,
      long creditsRefunded,
      Spread waited,
      Spread processing,
      Map<String, Long> failedAttempts) {

    static Minute of(Minutes.Minute minute) {
      return new Minute(
          Moments.iso(minute.start()),
          minute.runs(),
          minute.completed(),
          minute.failed(),
          minute.cancelled(),
          minute.charged(),
          minute.refunded(),
          Spread.of(minute.waited()),
          Spread.of(minute.processing()),
          minute.failedAttempts());
    }
  }

  private static @Nullable Long millis(@Nullable Double seconds) {
    return seconds == null ? null : Math.round(Math.max(0, seconds) * MILLIS);
  }
}
