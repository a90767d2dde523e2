package com.jadariselabs.video.generation;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a generation under a lease: each one statement that presumes the lease, and its
 * event after the commit. An empty result says that the lease is lost, or the generation has ended:
 * then nothing was written. Thread-safe.
 */
public final class Transitions {
  private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);

  private final LeaseDao leases;
  private final StepDao steps;
  private final EndDao ends;
  private final Announcer announcer;
  private final GenerationMetrics metrics;
  private final Turnstile turnstile;
  private final Pace pace;
  private final Clock clock;

  Transitions(
      Jdbi jdbi,
      Announcer announcer,
      GenerationMetrics metrics,
      Turnstile turnstile,
      Pace pace,
      Clock clock) {
    this.leases = jdbi.onDemand(LeaseDao.class);
    this.steps = jdbi.onDemand(StepDao.class);
    this.ends = jdbi.onDemand(EndDao.class);
    this.announcer = announcer;
    this.metrics = metrics;
    this.turnstile = turnstile;
    this.pace = pace;
    this.clock = clock;
  }

  /** Takes it for this worker: a waiting one, or one whose worker gave no sign of life. */
  public Optional<Generation> claim(String id, String workerId, Duration lease) {
    Optional<Generation> claimed = leases.claim(id, workerId, seconds(lease));
    claimed.ifPresent(
        g -> {
          try (var fields = LogFields.of(g)) {
            announcer.started(g);
            LOG.info("started attempt {} on {}", g.attempts(), workerId);
            metrics.started(g);
            turnstile.left(g.userId());
          }
        });
    return claimed;
  }

  /** Prolongs the leases (token by generation id) and returns the tokens that still hold. */
  public Set<Long> renew(Map<String, Long> held, Duration lease) {
    String[] ids = held.keySet().toArray(String[]::new);
    Long[] tokens = new Long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = held.get(ids[i]);
    }
    return new HashSet<>(leases.renew(ids, tokens, seconds(lease)));
  }

  /** Gives leases back without spending an attempt: somebody else may go on at once. */
  public void giveBack(Map<String, Long> held) {
    String[] ids = held.keySet().toArray(String[]::new);
    Long[] tokens = new Long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = held.get(ids[i]);
    }
    leases.giveBack(ids, tokens);
  }

  /** The start image is in the storage. */
  public Optional<Generation> imageKept(Generation g, String imageKey) {
    return steps.imageKept(g.id(), g.token(), imageKey);
  }

  /** The prompt is enhanced; the model comes next. */
  public Optional<Generation> enhanced(Generation g, String enhancedPrompt) {
    return told(steps.enhanced(g.id(), g.token(), enhancedPrompt), false);
  }

  /**
   * Whether the generation is completed with this video after all, though the answer to the writing
   * was lost: then nobody has been told yet, and all are now.
   */
  public boolean completedAfterAll(String id, String videoKey) {
    return ended(ends.completedWith(id, videoKey)).isPresent();
  }

  /** Whether the database was the cause of a failure, and so nobody's step. */
  public static boolean databaseFailed(@Nullable Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof JdbiException || at instanceof SQLException) {
        return true;
      }
    }
    return false;
  }

  /** Moves the percentage forward; a smaller or equal one changes nothing and is no loss. */
  public Optional<Generation> progressed(Generation g, int percent, boolean estimated) {
    if (percent <= g.percent()) {
      return Optional.of(g);
    }
    return told(steps.progressed(g.id(), g.token(), percent), estimated);
  }

  /** The model is done; its output is being kept. */
  public Optional<Generation> uploading(Generation g, int percent) {
    return told(steps.uploading(g.id(), g.token(), percent), false);
  }

  /** Ended well. */
  public Optional<Generation> completed(
      Generation g, String videoKey, @Nullable String posterKey, @Nullable String figures) {
    return ended(ends.completed(g.id(), g.token(), videoKey, posterKey, figures));
  }

  /**
   * How an attempt failed.
   *
   * @param message for the user
   * @param over whether nothing of it can still run at the provider
   * @param figures the provider's, in JSON, where it gave any
   */
  public record Failure(String code, String message, boolean over, @Nullable String figures) {}

  /** Ended badly: everything is refunded. */
  public Optional<Generation> failed(Generation g, Failure failure) {
    return ended(
        ends.failed(
            g.id(),
            g.token(),
            failure.code(),
            failure.message(),
            failure.over(),
            failure.figures()));
  }

  /** Waits for another attempt. */
  public Optional<Generation> retry(Generation g, Duration delay, Failure failure) {
    Optional<Generation> waits =
        ends.retry(
            g.id(),
            g.token(),
            seconds(delay),
            failure.code(),
            failure.message(),
            failure.over(),
            failure.figures());
    waits.ifPresent(
        row -> {
          try (var fields = LogFields.of(row)) {
            LOG.info(
                "attempt {} failed ({}), another in {} ms",
                row.attempts(),
                failure.code(),
                delay.toMillis());
            metrics.ended(row);
            announcer.retrying(row, failure.code(), failure.message(), delay);
          }
        });
    return waits;
  }

  /** Processing, but nobody's any more. */
  public List<Generation> abandoned(int limit) {
    return leases.abandoned(limit);
  }

  /** Marks those that have waited too long, and returns them. */
  public List<Generation> aged(Duration wait, int limit) {
    return leases.aged(seconds(wait), limit);
  }

  private Optional<Generation> told(Optional<Generation> written, boolean estimated) {
    written.ifPresent(g -> announcer.progressed(g, estimated));
    return written;
  }

  private Optional<Generation> ended(Optional<Generation> written) {
    written.ifPresent(
        g -> {
          try (var fields = LogFields.of(g)) {
            LOG.info("{}{}", g.status(), g.errorCode() == null ? "" : " (" + g.errorCode() + ")");
            metrics.ended(g);
            Instant started = g.startedAt();
            if (started != null) {
              pace.took(Duration.between(started, clock.instant()).toMillis());
            }
            announcer.ended(g);
          }
        });
    return written;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
