package com.jadariselabs.video;

import com.google.common.base.Ticker;
import com.jadariselabs.video.api.HttpFront;
import com.jadariselabs.video.auth.ApiKeys;
import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Sessions;
import com.jadariselabs.video.auth.Tickets;
import com.jadariselabs.video.auth.Tokens;
import com.jadariselabs.video.cache.Cache;
import com.jadariselabs.video.cache.CacheMetrics;
import com.jadariselabs.video.cache.Caches;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.catalog.Model;
import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.database.Database;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.EventsSettings;
import com.jadariselabs.video.events.Relay;
import com.jadariselabs.video.generation.GenerationRoom;
import com.jadariselabs.video.image.Images;
import com.jadariselabs.video.media.Media;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.monitoring.Checks;
import com.jadariselabs.video.pipeline.PipelineRoom;
import com.jadariselabs.video.prompts.PromptRules;
import com.jadariselabs.video.prompts.Prompts;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.queue.Queue;
import com.jadariselabs.video.queue.Workers;
import com.jadariselabs.video.ratelimit.RateLimits;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.WebhookSignature;
import com.jadariselabs.video.retention.Erasure;
import com.jadariselabs.video.retention.Retention;
import com.jadariselabs.video.sandbox.Sandbox;
import com.jadariselabs.video.socket.Realtime;
import com.jadariselabs.video.socket.SocketSettings;
import com.jadariselabs.video.storage.Storages;
import com.jadariselabs.video.webhook.Outbox;
import com.jadariselabs.video.webhook.WebhookSecrets;
import com.jadariselabs.video.webhook.WebhookSettings;
import io.dropwizard.core.setup.Environment;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connects the rooms: stores → services → workers → doors. Nothing is decided here. */
final class Rooms {
  private static final Duration RELAY_SILENCE = Duration.ofSeconds(5);
  private static final String RELAY_CHANNEL = "video:events";
  private static final String SESSIONS_CHANNEL = "video:sessions";

  private final VideoConfiguration settings;
  private final ProviderAddress provider;
  private final Environment environment;
  final Redis redis;
  final Database database;
  private final Path dataDir;
  final CollectorRegistry registry;
  final Checks checks;
  final Clock clock;

  private final EventHub hub = new EventHub(EventsSettings.defaults(), Ticker.systemTicker());
  private final Relay relay;
  final Tokens tokens;
  final Sessions sessions;
  final Tickets tickets;
  final ApiKeys keys;
  final Bearer bearer;
  final Catalog catalog;
  final Accounts accounts;
  final RateLimits limits;
  private final Moderation moderation;
  final Reputations reputations;
  final Storages storages;
  final Queue queue;
  final GenerationRoom generation;
  final Workers workers;
  final Replicate replicate;
  final @Nullable Sandbox sandbox;
  private final Caches caches;
  private final Images images;
  private final Prompts prompts;
  final PipelineRoom pipeline;
  final Retention retention;
  final WebhookSecrets webhookSecrets;
  final Outbox outbox;
  final Realtime realtime;

  /** What the rooms stand on. */
  record Ground(
      Listeners listeners,
      Redis redis,
      Database database,
      Path dataDir,
      CollectorRegistry registry,
      Checks checks,
      Clock clock) {}

  Rooms(VideoConfiguration settings, Environment environment, Ground ground) throws IOException {
    this.settings = settings;
    this.environment = environment;
    this.provider = new ProviderAddress(settings, ground.listeners());
    this.redis = ground.redis();
    this.database = ground.database();
    this.dataDir = ground.dataDir();
    this.registry = ground.registry();
    this.checks = ground.checks();
    this.clock = ground.clock();
    String instance = settings.service().instance();

    relay = new Relay(hub, redis, RELAY_CHANNEL, instance, RELAY_SILENCE);
    tokens = Tokens.by(settings.tokens(), dataDir, clock);
    sessions = new Sessions(database.jdbi(), new RedisAnnouncer(redis, SESSIONS_CHANNEL), clock);
    tickets = new Tickets(database.jdbi(), clock);
    keys = new ApiKeys(database.jdbi(), sessions, clock, Ticker.systemTicker());
    bearer = new Bearer(tokens, sessions, tickets, keys);
    catalog = new Catalog(settings.catalog());
    accounts = new Accounts(database.jdbi(), settings.startCredits());
    limits = new RateLimits(settings.rateLimits(), redis, registry, Ticker.systemTicker());
    moderation =
        new Moderation(
            settings.moderation().moreWordsFile(), settings.moderation().api(), registry);
    reputations = new Reputations(database.jdbi(), Ticker.systemTicker());
    storages = new MediaPlaces(settings).open(dataDir, clock);
    queue = new Queue(redis, settings.queue().queue(instance));
    workers = new Workers(redis, queue, settings.queue().queue(instance), this::waiting, registry);
    caches = new Caches(settings.cache().bytes(), redis, new CacheMetrics(registry));
    generation = generationRoom();
    sandbox = settings.usesSandbox() ? new Sandbox(settings.sandbox(), dataDir, clock) : null;
    replicate = new Replicate(provider.settings(), registry, clock);
    images = images(instance);
    prompts = prompts();
    pipeline = pipelineRoom(instance);
    retention = retention();
    webhookSecrets = new WebhookSecrets(database.jdbi());
    outbox = outbox();
    realtime = realtimeDoor();
  }

  /** Manages what has a life of its own: what is named last is stopped first. */
  void open(HttpFront front) {
    var lifecycle = environment.lifecycle();
    if (sandbox != null) {
      lifecycle.manage(sandbox);
    }
    lifecycle.manage(Lives.of(() -> {}, storages::close));
    lifecycle.manage(Lives.of(() -> {}, replicate::close));
    lifecycle.manage(Lives.of(() -> {}, images::close));
    lifecycle.manage(Lives.of(() -> {}, prompts::close));
    lifecycle.manage(sessions);
    lifecycle.manage(reputations);
    lifecycle.manage(Lives.of(() -> {}, moderation::close));
    lifecycle.manage(
        Lives.of(
            relay::start,
            () -> {
              relay.close();
              hub.close();
            }));
    lifecycle.manage(Lives.of(() -> {}, generation::close));
    hub.listen(new Endings(pipeline, outbox, reputations));
    lifecycle.manage(outbox);
    lifecycle.manage(retention);
    lifecycle.manage(pipeline);
    lifecycle.manage(workers);
    new Doors(settings, environment, this).open(front);
  }

  /** What is wrong with the workers, for the health check. */
  Optional<String> workersComplaint() {
    return workers.problem();
  }

  /** What is wrong with the provider, for the health check. */
  Optional<String> providerComplaint() {
    return replicate.check();
  }

  private Outbox outbox() {
    var generations = generation.generations();
    return new Outbox(
        database.jdbi(),
        webhookSecrets,
        id -> generations.findWritten(id).map(generations::view),
        (secrets, id, at, body) -> new WebhookSignature(clock, secrets).sign(id, at, body),
        WebhookSettings.standard(settings.service().outgoingAllowPrivate()),
        registry,
        clock);
  }

  private Retention retention() {
    var generations = generation.generations();
    Erasure erasure =
        new Erasure(database.jdbi(), generations::cancel, sessions::revokeAll, generations::forget);
    return new Retention(
        database.jdbi(), storages, erasure, settings.retention(), generations::forget, clock);
  }

  private GenerationRoom generationRoom() {
    return GenerationRoom.open(
        new GenerationRoom.Foundations(
            database.jdbi(),
            database.pool(),
            hub,
            new QueueBell(queue),
            new StorageLinks(storages),
            this::watched,
            () -> Math.max(1, workers.stats().slots()),
            registry,
            catalog.models().stream().map(Model::id).toList(),
            caches,
            clock),
        settings
            .queue()
            .submissions(!"0".equals(database.properties().getProperty("prepareThreshold"))),
        moderation,
        reputations,
        limits,
        accounts);
  }

  private PipelineRoom pipelineRoom(String instance) {
    return new PipelineRoom(
        new PipelineRoom.Foundations(
            generation,
            catalog,
            replicate,
            new Media(settings.media().settings()),
            storages,
            queue,
            workers,
            new KeptImages(images),
            new WrittenPrompts(prompts, catalog),
            moderation,
            reputations,
            temporary(instance)),
        settings.queue().pipeline(provider.webhooksUrl()));
  }

  private Prompts prompts() {
    Cache<String, String> kept =
        caches.cache(
            10,
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            key -> Optional.empty(),
            text -> 1,
            text -> 200 + 2 * text.length(),
            new Caches.Shared<>(
                "video:prompts:", text -> Duration.ofDays(1), text -> text, text -> text));
    return new Prompts(new PromptRules(catalog), moderation, settings.enhance(), kept);
  }

  private Images images(String instance) {
    return new Images(
        storages,
        storages::find,
        temporary(instance),
        settings.media().images(settings.service().outgoingAllowPrivate(), provider.near()));
  }

  private Path temporary(String instance) {
    return dataDir.resolve("tmp").resolve(instance);
  }

  private Realtime realtimeDoor() {
    var limits = settings.sockets();
    return new Realtime(
        hub,
        generation.generations(),
        new BearerGate(bearer),
        SocketSettings.of(
            limits.perUser(),
            limits.subscriptionsPerSocket(),
            Set.copyOf(settings.service().origins())),
        relay::connected,
        clock,
        registry);
  }

  private boolean watched(String generationId, String userId) {
    return realtime.watches(generationId, userId);
  }

  private Map<Priority, Integer> waiting() {
    return generation.generations().waiting();
  }
}
