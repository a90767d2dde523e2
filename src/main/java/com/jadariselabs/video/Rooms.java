package com.jadariselabs.video;

import com.google.common.base.Ticker;
import com.jadariselabs.video.api.HttpFront;
import com.jadariselabs.video.api.RestDoor;
import com.jadariselabs.video.api.StudioConfig;
import com.jadariselabs.video.audit.AuditLog;
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
import com.jadariselabs.video.events.EncodedEvent;
import com.jadariselabs.video.events.EventHub;
import com.jadariselabs.video.events.EventListener;
import com.jadariselabs.video.events.EventsSettings;
import com.jadariselabs.video.events.GenerationEvent;
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
import com.jadariselabs.video.ratelimit.AddressLimits;
import com.jadariselabs.video.ratelimit.RateLimits;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.ReplicateSettings;
import com.jadariselabs.video.replicate.WebhookSignature;
import com.jadariselabs.video.retention.Erasure;
import com.jadariselabs.video.retention.Retention;
import com.jadariselabs.video.sandbox.Sandbox;
import com.jadariselabs.video.sandbox.SandboxServlet;
import com.jadariselabs.video.socket.Realtime;
import com.jadariselabs.video.socket.SocketSettings;
import com.jadariselabs.video.storage.Storages;
import com.jadariselabs.video.storage.supabase.SupabaseSettings;
import com.jadariselabs.video.webhook.Deliveries;
import com.jadariselabs.video.webhook.Outbox;
import com.jadariselabs.video.webhook.WebhookSecrets;
import com.jadariselabs.video.webhook.WebhookSettings;
import io.dropwizard.core.setup.Environment;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connects the rooms: stores → services → workers → doors. Nothing is decided here. */
final class Rooms {
  private static final Duration RELAY_SILENCE = Duration.ofSeconds(5);
  private static final String RELAY_CHANNEL = "video:events";
  private static final String SESSIONS_CHANNEL = "video:sessions";
  private static final String NUDGES_CHANNEL = "video:nudges";
  private static final String PROVIDER_WEBHOOKS = "/api/webhooks/replicate";

  private final VideoConfiguration settings;
  private final Listeners listeners;
  private final Environment environment;
  private final Redis redis;
  private final Database database;
  private final Path dataDir;
  private final CollectorRegistry registry;
  private final Checks checks;
  private final Clock clock;

  private final EventHub hub = new EventHub(EventsSettings.defaults(), Ticker.systemTicker());
  private final Relay relay;
  private final Tokens tokens;
  private final Sessions sessions;
  private final Tickets tickets;
  private final ApiKeys keys;
  private final Bearer bearer;
  private final Catalog catalog;
  private final Accounts accounts;
  private final RateLimits limits;
  private final Moderation moderation;
  private final Reputations reputations;
  private final Storages storages;
  private final Queue queue;
  private final GenerationRoom generation;
  private final Workers workers;
  private final Replicate replicate;
  private final @Nullable Sandbox sandbox;
  private final Caches caches;
  private final Images images;
  private final Prompts prompts;
  private final PipelineRoom pipeline;
  private final Retention retention;
  private final WebhookSecrets webhookSecrets;
  private final Outbox outbox;
  private final Realtime realtime;

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
    this.listeners = ground.listeners();
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
    replicate = new Replicate(provider(), registry, clock);
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
    hub.listen(new Endings());
    lifecycle.manage(outbox);
    lifecycle.manage(retention);
    lifecycle.manage(pipeline);
    lifecycle.manage(workers);
    doors(front);
  }

  /** What is wrong with the workers, for the health check. */
  Optional<String> workersComplaint() {
    return workers.problem();
  }

  /** What is wrong with the provider, for the health check. */
  Optional<String> providerComplaint() {
    return replicate.check();
  }

  private void doors(HttpFront front) {
    sessions.onRevoked(realtime::closeSession);
    realtime.install(environment.getApplicationContext());
    environment.lifecycle().addEventListener(realtime);
    new RestDoor(
            new RestDoor.Foundations(
                front,
                tokens,
                bearer,
                sessions,
                tickets,
                keys,
                generation,
                accounts,
                new AuditLog(database.jdbi()),
                webhookSecrets,
                new Deliveries(database.jdbi(), outbox::wake),
                catalog,
                limits,
                new AddressLimits(settings.rateLimits().perAddress(), Ticker.systemTicker()),
                new AddressLimits(settings.rateLimits().perAddress(), Ticker.systemTicker()),
                reputations::score,
                reputations::rejections,
                workers::stats,
                new OwnFigures(settings.service().instance(), workers, replicate, registry, checks),
                () -> queue.setPaused(generation.generations().paused()),
                storages,
                retention,
                studio(),
                settings.service().outgoingAllowPrivate(),
                clock))
        .install(environment);
    providerWebhooks();
    if (sandbox != null) {
      environment
          .servlets()
          .addServlet("sandbox", new SandboxServlet(sandbox))
          .addMapping("/sandbox/v1/*");
    }
  }

  /** Another instance may hold the generation that the provider tells about. */
  private void providerWebhooks() {
    String secret = settings.replicate().webhookSecret();
    WebhookSignature signature =
        new WebhookSignature(clock, secret == null ? List.of() : List.of(secret));
    RedisAnnouncer nudges = new RedisAnnouncer(redis, NUDGES_CHANNEL);
    environment
        .servlets()
        .addServlet("provider-webhooks", pipeline.webhooks(signature, nudges::publish))
        .addMapping(PROVIDER_WEBHOOKS);
    environment.lifecycle().manage(Lives.of(() -> nudges.listen(pipeline::nudge), () -> {}));
  }

  /** The real provider posts to https alone; the sandbox signs with a secret of its own. */
  private @Nullable URI providerWebhooksUrl() {
    String api = settings.replicate().apiUrl();
    String appUrl = settings.service().appUrl();
    boolean real = api == null || api.contains("replicate.com");
    boolean reachable = !real || appUrl.startsWith("https:");
    return settings.replicate().webhookSecret() == null || settings.usesSandbox() || !reachable
        ? null
        : URI.create(appUrl + PROVIDER_WEBHOOKS);
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
        settings.queue().pipeline(providerWebhooksUrl()));
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
    String api = settings.replicate().apiUrl();
    boolean near = settings.usesSandbox() || (api != null && !api.contains("replicate.com"));
    return new Images(
        storages,
        storages::find,
        temporary(instance),
        settings.media().images(settings.service().outgoingAllowPrivate(), near));
  }

  private Path temporary(String instance) {
    return dataDir.resolve("tmp").resolve(instance);
  }

  /** The sandbox is reached over HTTP, like any provider. */
  private ReplicateSettings provider() {
    return settings.usesSandbox()
        ? settings
            .replicate()
            .withApi(listeners.loopbackUrl() + "/sandbox/v1", "sandbox")
            .unlimited()
        : settings.replicate();
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

  /** Nothing of it is secret. */
  private StudioConfig studio() {
    boolean local = settings.tokens().local();
    SupabaseSettings supabase = settings.supabase();
    boolean signsIn = !local && supabase.url() != null && supabase.anonKey() != null;
    return new StudioConfig(
        local,
        settings.usesSandbox(),
        signsIn ? supabase.url() : null,
        signsIn ? supabase.anonKey() : null);
  }

  /** What an end brings with it: slots are freed, a good one mends a reputation. */
  private final class Endings implements EventListener {
    @Override
    public void onEvent(EncodedEvent event) {
      GenerationEvent told = event.event();
      if (told.terminal()) {
        pipeline.ended(told.generationId(), told.seq());
        outbox.wake();
      }
      // An end that is the first event of all is an earlier result's: nothing was made.
      if (told.type() == GenerationEvent.Type.COMPLETED && told.seq() > 1) {
        reputations.recovered(told.userId());
      }
    }
  }
}
