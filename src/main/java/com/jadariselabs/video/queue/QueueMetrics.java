package com.jadariselabs.video.queue;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code video_queue_length} and {@code video_workers}, read when they are asked for. */
final class QueueMetrics extends Collector implements Collector.Describable {
  private static final Logger LOG = LoggerFactory.getLogger(QueueMetrics.class);

  private final Supplier<Map<Priority, Integer>> waiting;
  private final IntSupplier busy;
  private final IntSupplier idle;
  private volatile Map<Priority, Integer> lastKnown = Map.of();

  QueueMetrics(Supplier<Map<Priority, Integer>> waiting, IntSupplier busy, IntSupplier idle) {
    this.waiting = waiting;
    this.busy = busy;
    this.idle = idle;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    try {
      lastKnown = waiting.get();
    } catch (RuntimeException e) {
      // The other metrics matter most while a store is away.
      LOG.debug("The queue's length is not known at present: {}", e.getMessage());
    }
    GaugeMetricFamily length = length();
    for (Priority priority : Priority.values()) {
      length.addMetric(
          List.of(priority.wireName()), lastKnown.getOrDefault(priority, 0).doubleValue());
    }
    GaugeMetricFamily workers = workers();
    workers.addMetric(List.of("busy"), busy.getAsInt());
    workers.addMetric(List.of("idle"), idle.getAsInt());
    return List.of(length, workers);
  }

  @Override
  public List<MetricFamilySamples> describe() {
    return List.of(length(), workers());
  }

  private static GaugeMetricFamily length() {
    return new GaugeMetricFamily("video_queue_length", "Jobs that wait.", List.of("priority"));
  }

  private static GaugeMetricFamily workers() {
    return new GaugeMetricFamily(
        "video_workers", "Workers with at least one generation, and without.", List.of("state"));
  }
}
