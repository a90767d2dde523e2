package com.jadariselabs.video.webhook;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** What is counted of outgoing webhooks. */
final class WebhookMetrics {
  private final Counter tries;
  private final Histogram durations;

  WebhookMetrics(CollectorRegistry registry) {
    tries =
        Counter.build()
            .name("video_webhook_tries_total")
            .help("Tries of outgoing webhooks, by what came of them.")
            .labelNames("outcome")
            .register(registry);
    for (Outcome outcome : Outcome.values()) {
      tries.labels(outcome.label);
    }
    durations =
        Histogram.build()
            .name("video_webhook_duration_seconds")
            .help("From sending a webhook to its answer, or to giving up on it.")
            .buckets(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
            .register(registry);
  }

  /** What came of a try. */
  enum Outcome {
    DELIVERED("delivered"),
    LATER("later"),
    FAILED("failed"),
    POSTPONED("postponed");

    private final String label;

    Outcome(String label) {
      this.label = label;
    }
  }

  void count(Outcome outcome) {
    tries.labels(outcome.label).inc();
  }

  void took(long millis) {
    durations.observe(millis / 1e3);
  }
}
