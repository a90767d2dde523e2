package com.jadariselabs.video.testing;

import com.google.common.base.Ticker;
import com.jadariselabs.video.cache.CacheMetrics;
import com.jadariselabs.video.cache.Caches;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.catalog.Order;
import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.catalog.ProviderInput;
import com.jadariselabs.video.catalog.Quality;
import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.credits.StartCredits;
import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.EventsSettings;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.generation.Attempts;
import com.jadariselabs.video.generation.Delivery;
import com.jadariselabs.video.generation.Draft;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.GenerationRoom;
import com.jadariselabs.video.generation.Generations;
import com.jadariselabs.video.generation.MediaLinks;
import com.jadariselabs.video.generation.Submission;
import com.jadariselabs.video.generation.SubmissionSettings;
import com.jadariselabs.video.generation.Submissions;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.moderation.ApiSettings;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.ratelimit.RateLimitSettings;
import com.jadariselabs.video.ratelimit.RateLimits;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.jdbc.pool.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;

/**
 * The rooms behind the doors on an empty schema of the run's PostgreSQL and on its Redis, without a
 * server, workers or provider: for tests that take one step at a time.
 */
public final class House implements AutoCloseable {
  /** What anybody starts with: enough for every test that does not count credits. */
  public static final int START_CREDITS = 1_000;

  private final Turn turn = Turn.take();
  private final DataSource pool = new DataSource();
  private final Redis redis =
      new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false));
  private final SteppableClock clock = new SteppableClock();
  private final Catalog catalog = Catalogs.shipped();
  private final List<GenerationEvent> events = new CopyOnWriteArrayList<>();
  private final List<String> rung = new CopyOnWriteArrayList<>();
  private final Set<String> lost = ConcurrentHashMap.newKeySet();
  private final CollectorRegistry registry = new CollectorRegistry();
  private final Jdbi jdbi;
  private final EventHub hub;
  private final Accounts accounts;
  private final Reputations reputations;
  private final Moderation moderation;
  private final GenerationRoom room;

  /** A house with rate limits that nobody reaches. */
  public House() {
    this(RateLimitSettings.of(1_000_000, 1_000_000, 1_000_000, Map.of(), null), 10_000);
  }

  /** A house with these limits. */
  public House(RateLimitSettings limits, int maxWaiting) {
    this(limits, maxWaiting, 20);
  }

  /** A house that lets so many of a user's jobs into the delivery queues. */
  public House(RateLimitSettings limits, int maxWaiting, int perUser) {
    this(limits, maxWaiting, perUser, null);
  }

  /** A house that asks this moderation API. */
  public House(RateLimitSettings limits, @Nullable ApiSettings api) {
    this(limits, 10_000, 20, api);
  }

  private House(RateLimitSettings limits, int maxWaiting, int perUser, @Nullable ApiSettings api) {
    // Of its own, so that whatever outlives the house finds it closed.
    pool.setDataSource(turn.connections());
    pool.setMaxActive(24);
    pool.setMaxIdle(24);
    pool.setInitialSize(2);
    jdbi = Jdbi.create(pool).installPlugin(new SqlObjectPlugin());
    hub = new EventHub(EventsSettings.defaults(), Ticker.systemTicker());
    hub.listen((EncodedEvent event) -> events.add(event.event()));
    accounts = new Accounts(jdbi, new StartCredits(START_CREDITS, START_CREDITS, START_CREDITS));
    reputations = new Reputations(jdbi, Ticker.systemTicker());
    moderation = new Moderation(null, api, registry);
    room =
        GenerationRoom.open(
            new GenerationRoom.Foundations(
                jdbi,
                pool,
                hub,
                new Bell(),
                new Links(),
                (id, user) -> true,
                () -> 3,
                registry,
                List.of("wan2"),
                new Caches(64 << 20, redis, new CacheMetrics(registry)),
                clock),
            new SubmissionSettings(maxWaiting, perUser, 2, true),
            moderation,
            reputations,
            new RateLimits(limits, redis, registry, Ticker.systemTicker()),
            accounts);
  }

  /** The database. */
  public Jdbi jdbi() {
    return jdbi;
  }

  /** The connections to the database. */
  public DataSource pool() {
    return pool;
  }

  /** The time, to be moved by hand. */
  public SteppableClock clock() {
    return clock;
  }

  /** The shipped catalogue. */
  public Catalog catalog() {
    return catalog;
  }

  /** Where events go, for listeners of a test. */
  public EventHub hub() {
    return hub;
  }

  /** Accounts. */
  public Accounts accounts() {
    return accounts;
  }

  /** What prompts may not ask for. */
  public Moderation moderation() {
    return moderation;
  }

  /** How far users are trusted; not started, so that it knows what happened here alone. */
  public Reputations reputations() {
    return reputations;
  }

  /** The registry of all metrics. */
  public CollectorRegistry registry() {
    return registry;
  }

  /** The room of generations. */
  public GenerationRoom room() {
    return room;
  }

  /** Reading, listing, cancelling. */
  public Generations generations() {
    return room.generations();
  }

  /** A worker's steps. */
  public Transitions transitions() {
    return room.transitions();
  }

  /** What was asked of the provider. */
  public Attempts attempts() {
    return room.attempts();
  }

  /** All events so far, oldest first. */
  public List<GenerationEvent> events() {
    return events;
  }

  /** The names of this generation's events so far. */
  public List<String> eventsOf(String id) {
    return events.stream()
        .filter(event -> event.generationId().equals(id))
        .map(event -> event.type().wireName())
        .toList();
  }

  /** What was rung, in order. */
  public List<String> rung() {
    return rung;
  }

  /** A name that no other test uses. */
  public static String anyone() {
    return "user-" + UUID.randomUUID();
  }

  /** A wish for so many seconds of a lion. */
  public Draft draft(String user, Plan plan, int seconds) {
    return draft(user, plan, "A lion in the savanna", seconds, null, "hash");
  }

  /** A wish, with its key. */
  public Draft draft(
      String user, Plan plan, String prompt, int seconds, @Nullable String key, String hash) {
    Model model = catalog.model("wan2").orElseThrow();
    ProviderInput input =
        catalog.input(
            model, new Order(prompt, seconds, Quality.STANDARD, "16:9", null, null, null));
    return new Draft(
        user,
        plan,
        prompt,
        prompt,
        null,
        "wan2",
        seconds,
        Quality.STANDARD,
        null,
        "16:9",
        null,
        null,
        true,
        null,
        catalog.credits(model, seconds, Quality.STANDARD),
        catalog.estimatedSeconds(model, seconds),
        input.providerModel(),
        input.providerDuration(),
        input.warnings(),
        "vid_test",
        key,
        hash,
        null,
        false);
  }

  /** The same wish with a seed of its own. */
  public Draft seeded(Draft d, int seed, boolean fresh) {
    return new Draft(
        d.userId(),
        d.plan(),
        d.prompt(),
        d.plainPrompt(),
        d.negativePrompt(),
        d.model(),
        d.durationSeconds(),
        d.quality(),
        d.style(),
        d.aspectRatio(),
        seed,
        d.imageUrl(),
        d.enhance(),
        d.webhookUrl(),
        d.credits(),
        d.estimatedSeconds(),
        d.providerModel(),
        d.providerDuration(),
        d.warnings(),
        d.traceId(),
        d.idempotencyKey(),
        d.bodyHash(),
        d.key(),
        fresh);
  }

  /** Files of this key are gone from now on. */
  public void lose(String key) {
    lost.add(key);
  }

  /** Does what a worker does, from the claim to the end. */
  public Generation completed(Generation queued) {
    Duration lease = Duration.ofMinutes(1);
    Generation g = transitions().claim(queued.id(), "worker", lease).orElseThrow();
    g = transitions().enhanced(g, g.prompt() + ", enhanced").orElseThrow();
    return transitions()
        .completed(g, g.id() + "/1/video.mp4", g.id() + "/1/poster.jpg", null)
        .orElseThrow();
  }

  /** Submits and waits for the outcome. */
  public Submissions.Outcome submit(Draft draft) {
    return room.submissions().submit(draft).orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Submits five seconds that are accepted. */
  public Generation accepted(String user) {
    return accepted(draft(user, Plan.FREE, 5));
  }

  /** Submits what is accepted. */
  public Generation accepted(Draft draft) {
    Submission submission = submit(draft).submission();
    if (submission instanceof Submission.Accepted accepted) {
      return present(accepted.generationId());
    }
    throw new AssertionError("not accepted: " + submission);
  }

  /** The row as it is now. */
  public Generation present(String id) {
    return generations().find(id).orElseThrow();
  }

  @Override
  public void close() {
    room.close();
    moderation.close();
    hub.close();
    redis.close();
    pool.close(true);
    turn.close();
  }

  private final class Bell implements Delivery {
    @Override
    public void ring(Priority priority, String generationId) {
      rung.add(generationId);
    }

    @Override
    public void withdraw(Priority priority, String generationId) {
      rung.remove(generationId);
    }

    @Override
    public CompletableFuture<Lengths> lengths(Priority upTo) {
      return CompletableFuture.completedFuture(new Lengths(rung.size(), rung.size()));
    }
  }

  private final class Links implements MediaLinks {
    @Override
    public boolean keeps(String key) {
      return !lost.contains(key);
    }

    @Override
    public String video(String generationId, String key) {
      return "http://media/" + generationId + "/video.mp4";
    }

    @Override
    public String poster(String generationId, String key) {
      return "http://media/" + generationId + "/poster.jpg";
    }
  }
}
