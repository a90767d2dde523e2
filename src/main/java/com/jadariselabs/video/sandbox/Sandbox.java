package com.jadariselabs.video.sandbox;

import com.google.common.hash.Hashing;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider that is always there: takes predictions in the way of Replicate, renders them, and
 * keeps them over restarts. Any number may wait; few are rendered at once. Thread-safe.
 */
public final class Sandbox implements Managed {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
  private static final int MOST_UNFINISHED = 10_000;
  private static final Duration REMEMBERED = Duration.ofHours(24);
  private static final int SWEEP_SECONDS = 60;
  private static final int STOP_SECONDS = 5;

  private final SandboxSettings settings;
  private final Clock clock;
  private final Predictions predictions;
  private final Outputs outputs;
  private final Tokens tokens = new Tokens();
  private final ScheduledExecutorService timer;
  private final ExecutorService renderers;
  private final Webhooks webhooks;
  private final Runs runs;

  /**
   * Reads what an earlier process left; nothing runs before {@link #start}.
   *
   * @param dataDirectory DATA_DIR
   * @throws IOException when the directory cannot be used
   */
  @SuppressWarnings("ThreadPriorityCheck") // Rendering gives way to whoever waits for an answer.
  public Sandbox(SandboxSettings settings, Path dataDirectory, Clock clock) throws IOException {
    this.settings = settings;
    this.clock = clock;
    Path directory = Tokens.privateDirectory(dataDirectory.resolve("sandbox"));
    this.predictions = new Predictions(directory.resolve("predictions"));
    this.outputs = new Outputs(directory.resolve("files"), settings.small());
    ThreadFactoryBuilder threads =
        new ThreadFactoryBuilder().setDaemon(true).setPriority(Thread.MIN_PRIORITY);
    ScheduledThreadPoolExecutor timing =
        new ScheduledThreadPoolExecutor(
            1, new ThreadFactoryBuilder().setDaemon(true).setNameFormat("sandbox-timer").build());
    timing.setRemoveOnCancelPolicy(true);
    this.timer = timing;
    this.renderers =
        Executors.newFixedThreadPool(
            settings.threads(), threads.setNameFormat("sandbox-render-%d").build());
    this.webhooks = new Webhooks(tokens.keptSecret(directory), clock, timer, timer);
    this.runs = new Runs(settings, clock, predictions, outputs, timer, renderers, webhooks);
  }

  @Override
  public void start() {
    for (Prediction prediction : predictions.newestFirst()) {
      if (!prediction.status().isTerminal()) {
        runs.resume(prediction);
      }
    }
    timer.scheduleWithFixedDelay(
        runs.guarded(this::sweep), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  /** Stops rendering, and waits until it has; what is unfinished goes on at the next start. */
  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    renderers.shutdownNow();
    if (!renderers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
      LOG.warn("the sandbox still renders");
    }
  }

  /** A new prediction, or nothing where too many are unfinished. */
  Optional<Prediction> create(Order.Placed order, String base) {
    if (predictions.unfinished() >= MOST_UNFINISHED) {
      return Optional.empty();
    }
    String prompt = order.input().path("prompt").asText("");
    String promptHash = Hashing.sha256().hashString(prompt, StandardCharsets.UTF_8).toString();
    // Whole milliseconds, as the list's cursors have them.
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Prediction prediction =
        new Prediction(
            tokens.next(),
            order.model(),
            order.version(),
            order.input(),
            promptHash,
            marker(prompt, promptHash),
            Clip.seconds(order.input()),
            Status.STARTING,
            null,
            now,
            null,
            null,
            now.plus(order.cancelAfter()),
            order.webhook(),
            order.events(),
            base,
            tokens.next(),
            0,
            false);
    predictions.add(prediction);
    runs.resume(prediction);
    return Optional.of(prediction);
  }

  Optional<Prediction> find(String id) {
    predictions.find(id).ifPresent(this::emptyIfDue);
    return predictions.find(id);
  }

  List<Prediction> newestFirst() {
    return predictions.newestFirst();
  }

  /** As it is afterwards; one that has ended stays as it was. */
  Optional<Prediction> cancel(String id) {
    runs.end(id, Status.CANCELED, null);
    return find(id);
  }

  Optional<Prediction> withOutput(String token) {
    return predictions.newestFirst().stream()
        .filter(p -> p.token().equals(token) && p.status() == Status.SUCCEEDED)
        .findFirst()
        .flatMap(p -> find(p.id()))
        .filter(p -> !p.dataRemoved());
  }

  Outputs outputs() {
    return outputs;
  }

  String webhookSecret() {
    return webhooks.secret();
  }

  /** What the model has printed so far. */
  String logs(Prediction prediction) {
    return runs.logs(prediction);
  }

  /** Forgets what is due. */
  void sweep() {
    for (Prediction prediction : predictions.newestFirst()) {
      emptyIfDue(prediction);
      if (prediction.endedBefore(clock.instant().minus(REMEMBERED))) {
        predictions.remove(prediction.id());
      }
    }
  }

  private void emptyIfDue(Prediction prediction) {
    Instant due = clock.instant().minus(Duration.ofMinutes(settings.retention()));
    if (!prediction.dataRemoved() && prediction.endedBefore(due)) {
      predictions.change(prediction.id(), Prediction::emptied);
      outputs.delete(prediction.token());
    }
  }

  private Marker marker(String prompt, String promptHash) {
    Marker marker = Marker.of(prompt);
    if (marker != Marker.FAIL_ONCE) {
      return marker;
    }
    // It alternates: after one that failed comes one that does not.
    boolean failedLast =
        predictions.newestFirst().stream()
            .filter(p -> p.promptHash().equals(promptHash))
            .findFirst()
            .map(p -> p.marker() == Marker.FAIL_ONCE)
            .orElse(false);
    return failedLast ? Marker.NONE : Marker.FAIL_ONCE;
  }
}
