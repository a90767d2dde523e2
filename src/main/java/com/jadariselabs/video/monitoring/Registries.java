package com.jadariselabs.video.monitoring;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.dropwizard.DropwizardExports;
import io.prometheus.client.hotspot.DefaultExports;

/** The one registry from which all metrics are read. */
public final class Registries {
  private Registries() {}

  /** A registry that holds the JVM's metrics and Dropwizard's; the rooms add their own. */
  public static CollectorRegistry registry(MetricRegistry dropwizard) {
    CollectorRegistry registry = new CollectorRegistry();
    DefaultExports.register(registry);
    // Dropwizard's own of the JVM would say the same a second time.
    registry.register(
        new DropwizardExports(dropwizard, (name, metric) -> !name.startsWith("jvm.")));
    return registry;
  }
}
