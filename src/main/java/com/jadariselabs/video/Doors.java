package com.jadariselabs.video;

import com.google.common.base.Ticker;
import com.jadariselabs.video.api.HttpFront;
import com.jadariselabs.video.api.RestDoor;
import com.jadariselabs.video.api.StudioConfig;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.ratelimit.AddressLimits;
import com.jadariselabs.video.replicate.WebhookSignature;
import com.jadariselabs.video.sandbox.SandboxServlet;
import com.jadariselabs.video.storage.supabase.SupabaseSettings;
import com.jadariselabs.video.webhook.Deliveries;
import io.dropwizard.core.setup.Environment;
import java.util.List;

/** Hangs the rooms' doors into the servers: sockets, REST, the provider's webhooks, the sandbox. */
final class Doors {
  private static final String NUDGES_CHANNEL = "video:nudges";

  private final VideoConfiguration settings;
  private final Environment environment;
  private final Rooms rooms;

  Doors(VideoConfiguration settings, Environment environment, Rooms rooms) {
    this.settings = settings;
    this.environment = environment;
    this.rooms = rooms;
  }

  /** Opens them all. */
  void open(HttpFront front) {
    rooms.sessions.onRevoked(rooms.realtime::closeSession);
    rooms.realtime.install(environment.getApplicationContext());
    environment.lifecycle().addEventListener(rooms.realtime);
    new RestDoor(
            new RestDoor.Foundations(
                front,
                rooms.tokens,
                rooms.bearer,
                rooms.sessions,
                rooms.tickets,
                rooms.keys,
                rooms.generation,
                rooms.accounts,
                new AuditLog(rooms.database.jdbi()),
                rooms.webhookSecrets,
                new Deliveries(rooms.database.jdbi(), rooms.outbox::wake),
                rooms.catalog,
                rooms.limits,
                new AddressLimits(settings.rateLimits().perAddress(), Ticker.systemTicker()),
                new AddressLimits(settings.rateLimits().perAddress(), Ticker.systemTicker()),
                rooms.reputations::score,
                rooms.reputations::rejections,
                rooms.workers::stats,
                new OwnFigures(
                    settings.service().instance(),
                    rooms.workers,
                    rooms.replicate,
                    rooms.registry,
                    rooms.checks),
                () -> rooms.queue.setPaused(rooms.generation.generations().paused()),
                rooms.storages,
                rooms.retention,
                studio(),
                settings.service().outgoingAllowPrivate(),
                rooms.clock))
        .install(environment);
    providerWebhooks();
    if (rooms.sandbox != null) {
      environment
          .servlets()
          .addServlet("sandbox", new SandboxServlet(rooms.sandbox))
          .addMapping("/sandbox/v1/*");
    }
  }

  /** Another instance may hold the generation that the provider tells about. */
  private void providerWebhooks() {
    String secret = settings.replicate().webhookSecret();
    WebhookSignature signature =
        new WebhookSignature(rooms.clock, secret == null ? List.of() : List.of(secret));
    RedisAnnouncer nudges = new RedisAnnouncer(rooms.redis, NUDGES_CHANNEL);
    environment
        .servlets()
        .addServlet("provider-webhooks", rooms.pipeline.webhooks(signature, nudges::publish))
        .addMapping(ProviderAddress.WEBHOOKS);
    environment.lifecycle().manage(Lives.of(() -> nudges.listen(rooms.pipeline::nudge), () -> {}));
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
}
