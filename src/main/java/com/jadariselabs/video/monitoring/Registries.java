package com.jadariselabs.video.monitoring;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.dropwizard.DropwizardExports;
import io.prometheus.client.dropwizard.samplebuilder.DefaultSampleBuilder;
import io.prometheus.client.dropwizard.samplebuilder.SampleBuilder;
import io.prometheus.client.hotspot.DefaultExports;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The one registry from which all metrics are read. */
public final class Registries {
  private Registries() {}

  /** A registry that holds the JVM's metrics and Dropwizard's; the rooms add their own. */
  public static CollectorRegistry registry(MetricRegistry dropwizard) {
    CollectorRegistry registry = new CollectorRegistry();
    DefaultExports.register(registry);
    // Dropwizard's own of the JVM would say the same a second time.
    registry.register(
        new DropwizardExports(
            dropwizard, (name, metric) -> !name.startsWith("jvm."), new SnakeCase()));
    return registry;
  }

  /** Names as Prometheus wants them: {@code dao_findAll} becomes {@code dao_find_all}. */
  private static final class SnakeCase implements SampleBuilder {
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    private final SampleBuilder usual = new DefaultSampleBuilder();

    @Override
    public Collector.MetricFamilySamples.Sample createSample(
        String name,
        String suffix,
        List<String> labelNames,
        List<String> labelValues,
        double value) {
      String snake = HUMP.matcher(name).replaceAll("_").toLowerCase(Locale.ROOT);
      return usual.createSample(snake, suffix, labelNames, labelValues, value);
    }
  }
}
