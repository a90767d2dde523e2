package com.jadariselabs.video.generation;

import com.google.common.base.Ticker;
import com.jadariselabs.video.cache.Cache;
import com.jadariselabs.video.cache.Caches;
import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.EventListener;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.ratelimit.RateLimits;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.function.BiPredicate;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * The room's services, made together because they share what is nobody else's business.
 *
 * @param submissions new generations
 * @param generations reading, listing, cancelling
 * @param transitions the steps of a worker
 * @param attempts what was asked of the provider
 * @param oversight what admins see and do
 * @param figures the service in figures
 * @param usage what users' generations came to
 * @param databaseClock for what is compared with times of the database
 */
public record GenerationRoom(
    Submissions submissions,
    Generations generations,
    Transitions transitions,
    Attempts attempts,
    Oversight oversight,
    Figures figures,
    Usage usage,
    DatabaseClock databaseClock)
    implements AutoCloseable {
  private static final int PERCENT_OF_MEMORY = 90;

  /** With the next one, what a lost message of another instance can do: less than a second. */
  private static final Duration IN_MEMORY = Duration.ofMillis(450);

  private static final Duration SHARED = Duration.ofMillis(400);

  /** What will never change again. */
  private static final Duration SHARED_FINAL = Duration.ofMinutes(1);

  private static final Duration ABSENT = Duration.ofMillis(500);

  /**
   * What the room stands on.
   *
   * @param dataSource for the writers' own connections
   * @param watched whether somebody on this instance watches a generation (id, user id)
   * @param models those that can be asked for, by id
   * @param slots how many generations the service works on at once
   */
  public record Foundations(
      Jdbi jdbi,
      DataSource dataSource,
      EventHub events,
      Delivery delivery,
      MediaLinks links,
      BiPredicate<String, String> watched,
      IntSupplier slots,
      CollectorRegistry registry,
      Collection<String> models,
      Caches caches,
      Clock clock) {}

  /** Builds the room and starts its writers. */
  public static GenerationRoom open(
      Foundations on,
      SubmissionSettings settings,
      Moderation moderation,
      Reputations reputations,
      RateLimits limits,
      Accounts accounts) {
    GenerationDao dao = on.jdbi().onDemand(GenerationDao.class);
    Cache<String, Generation> reads =
        on.caches()
            .cache(
                PERCENT_OF_MEMORY,
                IN_MEMORY,
                ABSENT,
                dao::find,
                Generation::seq,
                GenerationRoom::weight,
                new Caches.Shared<>(
                    "video:reads:",
                    GenerationRoom::sharedFor,
                    GenerationText::write,
                    GenerationText::read));
    on.events().listen(new Forgetting(reads));
    Announcer announcer = new Announcer(on.events(), on.links(), reads, on.clock());
    GenerationMetrics metrics = new GenerationMetrics(on.registry(), on.models());
    Pace pace = new Pace(on.slots());
    Figures figures = new Figures(on.jdbi());
    on.registry().register(new WaitingMetrics(figures::queues));
    WaitingLine line = new WaitingLine(on.jdbi(), announcer, on.watched());
    Turnstile turnstile = new Turnstile(on.jdbi(), on.delivery(), settings.perUser());
    Doubts doubts = new Doubts(on.clock());
    OneByOne oneByOne = new OneByOne(on.jdbi(), settings.perUser(), doubts);
    Gathering gathering =
        new Gathering(
            on.dataSource(),
            oneByOne,
            settings.perUser(),
            settings.writers(),
            settings.tuneSession());
    Submissions submissions =
        new Submissions(
            new Submissions.Parts(
                on.delivery(),
                oneByOne,
                new Repeats(on.jdbi(), oneByOne, on.links()::keeps, on.caches().metrics()),
                gathering,
                new Receipts(on.delivery(), announcer, metrics, turnstile),
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
        new Generations(
            on.jdbi(),
            reads,
            announcer,
            on.delivery(),
            turnstile,
            line,
            pace,
            on.links(),
            metrics,
            doubts,
            on.clock()),
        new Transitions(on.jdbi(), announcer, metrics, turnstile, pace, on.clock()),
        new Attempts(on.jdbi()),
        new Oversight(on.jdbi(), announcer, on.delivery(), line, metrics),
        figures,
        new Usage(on.jdbi()),
        new DatabaseClock(figures::now, on.clock(), Ticker.systemTicker()));
  }

  @Override
  public void close() {
    submissions.close();
  }

  /** A failed one may be tried again by an admin. */
  private static Duration sharedFor(Generation g) {
    return g.state() == Status.COMPLETED || g.state() == Status.CANCELLED ? SHARED_FINAL : SHARED;
  }

  /** About the bytes that a generation takes in memory. */
  private static int weight(Generation g) {
    return 1_000
        + 2 * g.prompt().length()
        + (g.enhancedPrompt() == null ? 0 : 2 * g.enhancedPrompt().length());
  }

  /** What another instance changed is read again; after a gap, everything is. */
  private record Forgetting(Cache<String, Generation> reads) implements EventListener {
    @Override
    public void onEvent(EncodedEvent event) {
      reads.outdate(event.generationId(), event.seq());
    }

    @Override
    public void relayRestored() {
      reads.clear();
    }
  }
}
