package com.jadariselabs.video.generation;

import com.jadariselabs.video.generation.Figures.Queued;
import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code video_queue_ready} and {@code video_queue_oldest_waiter_seconds}, of the whole service and
 * the same on every instance, so that an autoscaler can follow them. While PostgreSQL is away they
 * are not there: an old value would tell it that all is as before.
 */
final class WaitingMetrics extends Collector implements Collector.Describable {
  private static final Logger LOG = LoggerFactory.getLogger(WaitingMetrics.class);

  private final Supplier<List<Queued>> queues;

  WaitingMetrics(Supplier<List<Queued>> queues) {
    this.queues = queues;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    GaugeMetricFamily ready = ready();
    GaugeMetricFamily oldest = oldest();
    try {
      for (Queued queue : queues.get()) {
        List<String> labels = List.of(queue.priority().wireName());
        ready.addMetric(labels, (double) queue.ready());
        oldest.addMetric(labels, Objects.requireNonNullElse(queue.oldestSeconds(), 0.0));
      }
    } catch (RuntimeException e) {
      LOG.debug("How many wait is not known at present: {}", e.getMessage());
    }
    return List.of(ready, oldest);
  }

  @Override
  public List<MetricFamilySamples> describe() {
    return List.of(ready(), oldest());
  }

  private static GaugeMetricFamily ready() {
    return new GaugeMetricFamily(
        "video_queue_ready",
        "Generations of the whole service that could be started now.",
        List.of("priority"));
  }

  private static GaugeMetricFamily oldest() {
    return new GaugeMetricFamily(
        "video_queue_oldest_waiter_seconds",
        "How long the first in line has waited, 0 where nobody waits.",
        List.of("priority"));
  }
}
