package com.jadariselabs.video.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves predictions from one status to the next, at their pace. A prediction that is only being
 * watched holds no thread.
 */
final class Runs {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final int SLOW_FACTOR = 5;
  private static final double HANGS_AT = 0.35;
  private static final double FAILS_AT = 0.4;
  private static final double LAST_BEFORE_THE_END = 0.99;
  private static final int LOG_EVENT_MILLIS = 500;

  private final SandboxSettings settings;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();
  private final Predictions predictions;
  private final Outputs outputs;
  private final ScheduledExecutorService timer;
  private final ExecutorService renderers;
  private final Webhooks webhooks;

  Runs(
      SandboxSettings settings,
      Clock clock,
      Predictions predictions,
      Outputs outputs,
      ScheduledExecutorService timer,
      ExecutorService renderers,
      Webhooks webhooks) {
    this.settings = settings;
    this.clock = clock;
    this.predictions = predictions;
    this.outputs = outputs;
    this.timer = timer;
    this.renderers = renderers;
    this.webhooks = webhooks;
  }

  /** Starts it, or goes on with what another process began. */
  void resume(Prediction prediction) {
    String id = prediction.id();
    long left = Duration.between(clock.instant(), prediction.deadline()).toMillis();
    after(left, () -> expire(id));
    after(prediction.status() == Status.STARTING ? settings.starting() : 0, () -> begin(id));
  }

  /** What the model has printed so far. */
  String logs(Prediction prediction) {
    Instant started = prediction.startedAt();
    if (started == null || prediction.input() == null) {
      return "";
    }
    Instant until = prediction.completedAt() == null ? clock.instant() : prediction.completedAt();
    return ProgressLog.upTo(
        progress(prediction),
        Duration.between(started, until).toMillis() / 1000.0,
        Clip.seed(prediction.input(), prediction.id()));
  }

  private void expire(String id) {
    boolean early = predictions.find(id).map(p -> p.status() == Status.STARTING).orElse(false);
    end(id, early ? Status.ABORTED : Status.CANCELED, null);
  }

  private void begin(String id) {
    Prediction prediction = predictions.find(id).orElse(null);
    if (prediction == null || prediction.status().isTerminal()) {
      return;
    }
    switch (prediction.marker()) {
      case HANG -> process(id);
      case FAIL, FAIL_ONCE, NSFW -> {
        process(id);
        after(
            (long) (FAILS_AT * pace(prediction)),
            () -> end(id, Status.FAILED, prediction.marker().error()));
      }
      default -> renderers.execute(guarded(() -> render(id)));
    }
  }

  private void render(String id) {
    process(id);
    Prediction prediction = predictions.find(id).orElse(null);
    if (prediction == null || prediction.status() != Status.PROCESSING) {
      return;
    }
    try {
      if (outputs.render(prediction, () -> isProcessing(id))) {
        // The thread goes on to the next one, however long this one is to be watched.
        long left = pace(prediction) - elapsed(prediction);
        after(left, () -> end(id, Status.SUCCEEDED, null));
      }
    } catch (IOException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        // Stopped with the process: it goes on at the next start.
        return;
      }
      LOG.warn("a clip could not be rendered", e);
      end(id, Status.FAILED, "Prediction failed for an unknown reason. (E1000)");
    }
  }

  private boolean isProcessing(String id) {
    return !Thread.currentThread().isInterrupted()
        && predictions.find(id).map(p -> p.status() == Status.PROCESSING).orElse(false);
  }

  private void process(String id) {
    predictions
        .change(id, p -> p.processing(clock.instant()))
        .ifPresent(
            p -> {
              tell(p, "start", false);
              if (p.webhook() != null && p.events().contains("logs")) {
                after(LOG_EVENT_MILLIS, () -> tellLogs(id));
              }
            });
  }

  private void tellLogs(String id) {
    predictions
        .find(id)
        .filter(p -> p.status() == Status.PROCESSING)
        .ifPresent(
            p -> {
              tell(p, "logs", false);
              after(LOG_EVENT_MILLIS, () -> tellLogs(id));
            });
  }

  /** Ends it so, unless it has ended before. */
  void end(String id, Status status, @Nullable String error) {
    predictions
        .change(
            id,
            p ->
                p.ended(
                    status, error, status == Status.SUCCEEDED ? 1 : progress(p), clock.instant()))
        .ifPresent(
            p -> {
              LOG.info("prediction {} {}", id, p.status().wireName());
              outputs.forgetProgress(id);
              if (p.status() == Status.SUCCEEDED) {
                tell(p, "output", false);
              }
              tell(p, "completed", true);
            });
  }

  private void tell(Prediction prediction, String event, boolean untilTaken) {
    String url = prediction.webhook();
    if (url == null || !prediction.events().contains(event)) {
      return;
    }
    try {
      byte[] body =
          json.writeValueAsBytes(
              PredictionJson.of(prediction, logs(prediction), prediction.base()));
      webhooks.send(url, body, untilTaken);
    } catch (JsonProcessingException e) {
      LOG.warn("a webhook could not be written", e);
    }
  }

  private double progress(Prediction prediction) {
    if (prediction.status() != Status.PROCESSING) {
      return prediction.progress();
    }
    long pace = pace(prediction);
    double byTime = pace == 0 ? 1 : (double) elapsed(prediction) / pace;
    return switch (prediction.marker()) {
      case HANG -> Math.min(HANGS_AT, byTime);
      case FAIL, FAIL_ONCE, NSFW -> Math.min(FAILS_AT, byTime);
      default -> Math.min(LAST_BEFORE_THE_END, Math.min(byTime, outputs.done(prediction.id())));
    };
  }

  private long pace(Prediction prediction) {
    double millis = prediction.seconds() * settings.processingPerSecond();
    return (long) (prediction.marker() == Marker.SLOW ? millis * SLOW_FACTOR : millis);
  }

  private long elapsed(Prediction prediction) {
    Instant started = prediction.startedAt();
    return started == null ? 0 : Duration.between(started, clock.instant()).toMillis();
  }

  private void after(long millis, Runnable action) {
    try {
      timer.schedule(guarded(action), Math.max(0, millis), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the sandbox is being stopped");
    }
  }

  /** An executor would swallow what goes wrong. */
  Runnable guarded(Runnable action) {
    return () -> {
      try {
        action.run();
      } catch (RejectedExecutionException e) {
        LOG.debug("the sandbox is being stopped");
      } catch (RuntimeException e) {
        LOG.warn("the sandbox failed at a step", e);
      }
    };
  }
}
