package com.jadariselabs.video.generation;

import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.events.Events;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.ratelimit.RateLimits;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.util.function.BiPredicate;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * The room's three services, made together because they share what is nobody else's business.
 *
 * @param submissions new generations
 * @param generations reading, listing, cancelling
 * @param transitions the steps of a worker
 */
public record GenerationRoom(
    Submissions submissions, Generations generations, Transitions transitions)
    implements AutoCloseable {

  /**
   * What the room stands on.
   *
   * @param dataSource for the writers' own connections
   * @param watched whether somebody on this instance watches a generation (id, user id)
   * @param slots how many generations the service works on at once
   */
  public record Foundations(
      Jdbi jdbi,
      DataSource dataSource,
      Events events,
      Delivery delivery,
      MediaLinks links,
      BiPredicate<String, String> watched,
      IntSupplier slots,
      CollectorRegistry registry,
      Clock clock) {}

  /** Builds the room and starts its writers. */
  public static GenerationRoom open(
      Foundations on,
      SubmissionSettings settings,
      Moderation moderation,
      Reputations reputations,
      RateLimits limits,
      Accounts accounts) {
    Announcer announcer = new Announcer(on.events(), on.links(), on.clock());
    GenerationMetrics metrics = new GenerationMetrics(on.registry());
    Pace pace = new Pace(on.slots());
    WaitingLine line = new WaitingLine(on.jdbi(), announcer, on.watched());
    OneByOne oneByOne = new OneByOne(on.jdbi());
    Gathering gathering =
        new Gathering(on.dataSource(), oneByOne, settings.writers(), settings.tuneSession());
    Submissions submissions =
        new Submissions(
            new Submissions.Parts(
                on.delivery(),
                oneByOne,
                gathering,
                announcer,
                metrics,
                line,
                pace,
                new Ids(on.clock()),
                settings.maxWaiting()),
            moderation,
            reputations,
            limits,
            accounts);
    return new GenerationRoom(
        submissions,
        new Generations(on.jdbi(), announcer, line, pace, on.links(), metrics, on.clock()),
        new Transitions(on.jdbi(), announcer, metrics, pace, on.clock()));
  }

  @Override
  public void close() {
    submissions.close();
  }
}
