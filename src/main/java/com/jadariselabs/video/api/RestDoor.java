package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.audit.AuditLog;
import com.jadariselabs.video.auth.ApiKeys;
import com.jadariselabs.video.auth.Bearer;
import com.jadariselabs.video.auth.Sessions;
import com.jadariselabs.video.auth.Tickets;
import com.jadariselabs.video.auth.Tokens;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.credits.Accounts;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.GenerationRoom;
import com.jadariselabs.video.generation.Generations;
import com.jadariselabs.video.queue.WorkerStats;
import com.jadariselabs.video.ratelimit.AddressLimits;
import com.jadariselabs.video.ratelimit.RateLimits;
import com.jadariselabs.video.retention.Retention;
import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.Storages;
import com.jadariselabs.video.webhook.Deliveries;
import com.jadariselabs.video.webhook.WebhookSecrets;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Hangs the resources, the hot routes and the media into the server. */
public final class RestDoor {
  private final Foundations on;

  /** A door to these rooms. */
  public RestDoor(Foundations on) {
    this.on = on;
  }

  /**
   * What the door leads to.
   *
   * @param reputation of a user, 0 to 100
   * @param rejections what moderation has refused of a user
   * @param live what this instance knows of itself
   * @param addresses counts sign-ins and tickets
   * @param strangers counts refused callers
   * @param switchedPause called after the queue was paused or resumed
   * @param studio what the page needs to know before anybody has signed in
   * @param allowPrivate whether users may name http and private addresses
   */
  public record Foundations(
      HttpFront front,
      Tokens tokens,
      Bearer bearer,
      Sessions sessions,
      Tickets tickets,
      ApiKeys keys,
      GenerationRoom generation,
      Accounts accounts,
      AuditLog audit,
      WebhookSecrets webhookSecrets,
      Deliveries deliveries,
      Catalog catalog,
      RateLimits limits,
      AddressLimits addresses,
      AddressLimits strangers,
      ToIntFunction<String> reputation,
      AdminVerdictsResource.Rejections rejections,
      Supplier<WorkerStats> workers,
      Supplier<LiveFigures> live,
      Runnable switchedPause,
      Storages storages,
      Retention retention,
      StudioConfig studio,
      boolean allowPrivate,
      Clock clock) {}

  /** Registers everything. */
  public void install(Environment environment) {
    ObjectMapper json = environment.getObjectMapper();
    Generations generations = on.generation().generations();
    Drafts drafts = new Drafts(on.catalog(), json, on.allowPrivate());
    Submitting submitting =
        new Submitting(json, drafts, on.generation().submissions(), on.front().refusals());
    Reading reading = new Reading(generations, json);

    JerseyEnvironment jersey = environment.jersey();
    jersey.register(new Authentication(on.bearer()));
    jersey.register(new TokenResource(on.tokens(), on.bearer(), on.addresses()));
    jersey.register(new SessionsResource(on.sessions()));
    jersey.register(new KeysResource(on.keys(), new KeyWishes(on.clock())));
    jersey.register(new TicketResource(on.tickets(), on.addresses()));
    jersey.register(
        new GenerationResource(submitting, reading, generations, on.retention()::purge));
    jersey.register(new EstimateResource(drafts, on.accounts()));
    jersey.register(new CatalogResource(on.catalog()));
    jersey.register(new AccountResource(on.accounts(), on.limits(), on.reputation()));
    jersey.register(new QueueResource(generations, on.workers()));
    jersey.register(new AdminOverviewResource(on.generation().figures(), on.live(), on.audit()));
    jersey.register(new AdminOpsResource(on.audit()));
    jersey.register(new AdminQueueResource(generations, on.switchedPause()));
    jersey.register(
        new AdminUsersResource(
            on.accounts(), on.reputation(), on.audit(), on.retention().erasure()));
    jersey.register(new AdminVerdictsResource(on.rejections(), on.audit()));
    jersey.register(new AdminGenerationsResource(on.generation(), on.audit()));
    jersey.register(new AdminAuditResource(on.audit()));
    jersey.register(new RefusedAdminCalls(on.audit()));
    jersey.register(new WebhookSecretResource(on.webhookSecrets()));
    jersey.register(new WebhookDeliveriesResource(on.deliveries()));
    jersey.register(
        new UsageResource(on.generation().usage(), on.accounts(), on.audit(), on.clock()));
    jersey.register(new StudioResource(on.studio()));
    jersey.register(new OpenApiResource());

    FilterRegistration.Dynamic strangers =
        environment
            .servlets()
            .addFilter(
                "strangers", new Strangers(on.bearer(), on.strangers(), on.front().problems()));
    strangers.setAsyncSupported(true);
    strangers.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/api/*");

    FilterRegistration.Dynamic hot =
        environment
            .servlets()
            .addFilter(
                "hot-routes",
                new HotRoutes(
                    on.bearer(),
                    submitting,
                    reading,
                    on.front().problems(),
                    on.front().refusals(),
                    json));
    hot.setAsyncSupported(true);
    hot.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/api/generate/video");
    environment
        .servlets()
        .addServlet("media", new MediaServlet(on.storages(), keys(generations)))
        .addMapping("/media/*");
  }

  private static BiFunction<String, Kind, Optional<String>> keys(Generations generations) {
    return (id, kind) ->
        generations
            .find(id)
            .map(
                (Generation g) ->
                    switch (kind) {
                      case VIDEO -> g.videoKey();
                      case POSTER -> g.posterKey();
                      case START_JPEG, START_PNG, START_WEBP -> g.imageKey();
                    });
  }
}
