package com.jadariselabs.video.pipeline;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.jadariselabs.video.catalog.Catalog;
import com.jadariselabs.video.generation.Attempts;
import com.jadariselabs.video.generation.DatabaseClock;
import com.jadariselabs.video.generation.GenerationRoom;
import com.jadariselabs.video.generation.Transitions;
import com.jadariselabs.video.media.Media;
import com.jadariselabs.video.moderation.Moderation;
import com.jadariselabs.video.moderation.Reputations;
import com.jadariselabs.video.queue.Queue;
import com.jadariselabs.video.queue.Workers;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.WebhookSignature;
import com.jadariselabs.video.storage.Storage;
import io.dropwizard.lifecycle.Managed;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The room's life: its threads, its temporary folder, its start and its orderly end. */
public final class PipelineRoom implements Managed {
  private static final int STEP_THREADS = 8;
  private static final int COLLECT_THREADS = 4;
  private static final int SWEEP_THREADS = 3;
  private static final Duration NEARLY_DONE = Duration.ofSeconds(15);

  private final Workers workers;
  private final Path temporary;
  private final ExecutorService steps = pool("visit-%d", STEP_THREADS);
  private final ExecutorService collecting = pool("collect-%d", COLLECT_THREADS);
  private final ScheduledExecutorService sweeping = timed("sweep-%d", SWEEP_THREADS);
  private final ScheduledExecutorService timers = timed("visit-timer", 1);
  private final ScheduledExecutorService beats = timed("heartbeat", 1);
  private final Visits visits;
  private final Attempts attempts;
  private final Orphans orphans;
  private final Sweep sweep;

  /**
   * What the room stands on.
   *
   * @param images start images
   * @param prompts writes the model's prompt
   * @param temporary a folder of this process alone, made and emptied at the start
   */
  public record Foundations(
      GenerationRoom generation,
      Catalog catalog,
      Replicate replicate,
      Media media,
      Storage storage,
      Queue queue,
      Workers workers,
      StartImages images,
      PromptWriter prompts,
      Moderation moderation,
      Reputations reputations,
      Path temporary) {}

  /** Builds the room; nothing is claimed before {@link #start}. */
  public PipelineRoom(Foundations on, PipelineSettings settings) {
    this.workers = on.workers();
    this.temporary = on.temporary();
    Transitions transitions = on.generation().transitions();
    this.attempts = on.generation().attempts();
    DatabaseClock clock = on.generation().databaseClock();
    Outcomes outcomes = new Outcomes(transitions, settings);
    this.orphans = new Orphans(attempts, on.replicate());
    Creation creation =
        new Creation(
            attempts,
            on.catalog(),
            on.replicate(),
            on.images(),
            orphans,
            outcomes,
            settings,
            clock,
            steps);
    Leftovers leftovers = new Leftovers(transitions, attempts, on.storage());
    Collection collection =
        new Collection(
            transitions,
            on.catalog(),
            on.replicate(),
            new Collection.Keeping(on.media(), on.storage(), leftovers, temporary),
            outcomes,
            settings,
            clock,
            collecting);
    Settlement settlement = new Settlement(attempts, orphans, on.replicate(), clock, sweeping);
    GenerationPipeline pipeline =
        new GenerationPipeline(
            transitions,
            new Picturing(
                transitions,
                on.images(),
                on.moderation(),
                on.reputations(),
                outcomes,
                settings,
                collecting),
            creation,
            collection,
            on.prompts(),
            new Scrutiny(on.moderation(), on.reputations(), outcomes, settings, steps),
            on.replicate(),
            outcomes,
            settings,
            clock,
            steps);
    this.visits = new Visits(pipeline, transitions, attempts, settlement, settings, steps, timers);
    this.sweep =
        new Sweep(
            on.generation().generations(),
            transitions,
            attempts,
            on.queue(),
            visits,
            settlement,
            leftovers,
            clock,
            settings);
  }

  @Override
  public void start() throws IOException {
    Files.createDirectories(temporary);
    try (var left = Files.list(temporary)) {
      for (Path file : left.toList()) {
        Files.deleteIfExists(file);
      }
    }
    visits.start(beats);
    sweep.start(sweeping);
    workers.listen(this::visit);
  }

  /** Claims nothing more, finishes what is nearly done, gives the rest back, ends its threads. */
  @Override
  public void stop() throws InterruptedException {
    workers.stopClaiming();
    visits.stop(NEARLY_DONE);
    timers.shutdownNow();
    beats.shutdownNow();
    steps.shutdown();
    collecting.shutdown();
    sweeping.shutdown();
    steps.awaitTermination(2, TimeUnit.SECONDS);
    collecting.awaitTermination(2, TimeUnit.SECONDS);
  }

  /**
   * Somebody ended it elsewhere: its slot is free, and what runs at the provider is stopped.
   *
   * @param seq of the event that says so; one from before the lease tells of an earlier run
   */
  public void ended(String generationId, long seq) {
    visits.ended(generationId, seq);
  }

  /** Something happened to it: it is looked at now. */
  public void nudge(String generationId) {
    visits.nudge(generationId);
  }

  /**
   * The door for the provider's webhooks.
   *
   * @param signature what they are signed with; without a secret, none is let in
   * @param elsewhere tells the other instances that something happened to a generation which this
   *     one does not hold
   */
  public HttpServlet webhooks(WebhookSignature signature, Consumer<String> elsewhere) {
    return new ProviderWebhooks(
        signature,
        attempts,
        orphans,
        id -> {
          if (visits.holds(id)) {
            visits.nudge(id);
          } else {
            elsewhere.accept(id);
          }
        });
  }

  private CompletionStage<Void> visit(String workerId, String generationId) {
    return visits.visit(workerId, generationId);
  }

  private static ScheduledExecutorService timed(String name, int threads) {
    return Executors.newScheduledThreadPool(
        threads, new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build());
  }

  private static ExecutorService pool(String name, int threads) {
    return Executors.newFixedThreadPool(
        threads, new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build());
  }
}
