package com.jadariselabs.video.monitoring;

import com.codahale.metrics.health.HealthCheck;
import com.codahale.metrics.health.HealthCheckRegistry;
import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/**
 * The health checks' results, for whoever looks often: they are run at most once in three seconds.
 * As {@code video_check_healthy} they are metrics, 1 or 0 by check. Thread-safe.
 */
public final class Checks extends Collector implements Collector.Describable {
  private static final long FRESH_SECONDS = 3;

  private final Supplier<SortedMap<String, HealthCheck.Result>> results;

  /** The checks of this registry, present and future. */
  public Checks(HealthCheckRegistry registry) {
    this.results =
        Suppliers.memoizeWithExpiration(registry::runHealthChecks, FRESH_SECONDS, TimeUnit.SECONDS);
  }

  /** By name; may wait as long as the checks do. */
  public SortedMap<String, HealthCheck.Result> results() {
    return Objects.requireNonNull(results.get());
  }

  @Override
  public List<MetricFamilySamples> collect() {
    GaugeMetricFamily healthy = healthy();
    results()
        .forEach(
            (name, result) -> healthy.addMetric(List.of(name), result.isHealthy() ? 1.0 : 0.0));
    return List.of(healthy);
  }

  @Override
  public List<MetricFamilySamples> describe() {
    return List.of(healthy());
  }

  private static GaugeMetricFamily healthy() {
    return new GaugeMetricFamily(
        "video_check_healthy",
        "Whether a health check of this instance finds all well.",
        List.of("check"));
  }
}
