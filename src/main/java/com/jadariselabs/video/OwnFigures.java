package com.jadariselabs.video;

import com.codahale.metrics.health.HealthCheckRegistry;
import com.google.common.base.Suppliers;
import com.jadariselabs.video.api.LiveFigures;
import com.jadariselabs.video.queue.Workers;
import com.jadariselabs.video.replicate.Replicate;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** This process in figures, for the operators' page; its health is asked for every few seconds. */
final class OwnFigures implements Supplier<LiveFigures> {
  private static final long CHECKED_SECONDS = 3;

  private final String instance;
  private final Workers workers;
  private final Replicate replicate;
  private final CollectorRegistry registry;
  private final Supplier<List<LiveFigures.Health>> checks;

  OwnFigures(
      String instance,
      Workers workers,
      Replicate replicate,
      CollectorRegistry registry,
      HealthCheckRegistry health) {
    this.instance = instance;
    this.workers = workers;
    this.replicate = replicate;
    this.registry = registry;
    this.checks =
        Suppliers.memoizeWithExpiration(() -> checks(health), CHECKED_SECONDS, TimeUnit.SECONDS);
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
        checks.get());
  }

  private static LiveFigures.Budget budget(Replicate.Budget budget) {
    return new LiveFigures.Budget(budget.perMinute(), budget.left(), budget.pauseMillis());
  }

  private static List<LiveFigures.Health> checks(HealthCheckRegistry health) {
    return health.runHealthChecks().entrySet().stream()
        .map(
            check ->
                new LiveFigures.Health(
                    check.getKey(), check.getValue().isHealthy(), check.getValue().getMessage()))
        .toList();
  }
}
