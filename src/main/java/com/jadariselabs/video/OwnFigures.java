package com.jadariselabs.video;

import com.jadariselabs.video.api.LiveFigures;
import com.jadariselabs.video.monitoring.Checks;
import com.jadariselabs.video.queue.Workers;
import com.jadariselabs.video.replicate.Replicate;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** This process in figures, for the operators' page. */
final class OwnFigures implements Supplier<LiveFigures> {
  private final String instance;
  private final Workers workers;
  private final Replicate replicate;
  private final CollectorRegistry registry;
  private final Checks checks;

  OwnFigures(
      String instance,
      Workers workers,
      Replicate replicate,
      CollectorRegistry registry,
      Checks checks) {
    this.instance = instance;
    this.workers = workers;
    this.replicate = replicate;
    this.registry = registry;
    this.checks = checks;
  }

  @Override
  public LiveFigures get() {
    Double sockets = registry.getSampleValue("video_websocket_connections");
    return new LiveFigures(
        instance,
        workers.stats(),
        sockets == null ? 0 : sockets.longValue(),
        new LiveFigures.Provider(
            replicate.circuit().name().toLowerCase(Locale.ROOT),
            replicate.check().orElse(null),
            budget(replicate.createBudget()),
            budget(replicate.callBudget())),
        health());
  }

  private static LiveFigures.Budget budget(Replicate.Budget budget) {
    return new LiveFigures.Budget(budget.perMinute(), budget.left(), budget.pauseMillis());
  }

  private List<LiveFigures.Health> health() {
    return checks.results().entrySet().stream()
        .map(
            check ->
                new LiveFigures.Health(
                    check.getKey(), check.getValue().isHealthy(), check.getValue().getMessage()))
        .toList();
  }
}
