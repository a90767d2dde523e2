package com.jadariselabs.video.cache;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;

/**
 * {@code video_cache_requests_total}, for all caches of the process; every label is there at once.
 */
public final class CacheMetrics {
  final Level memory;
  final Level redis;
  final Level loader;

  public CacheMetrics(CollectorRegistry registry) {
    Counter requests =
        Counter.build("video_cache_requests_total", "Questions to each level of the caches.")
            .labelNames("level", "result")
            .register(registry);
    this.memory = new Level(requests, "l1");
    this.redis = new Level(requests, "l2");
    this.loader = new Level(requests, "l4");
  }

  /** Counts a look for an earlier result in the database. */
  public void stored(boolean hit) {
    loader.count(hit);
  }

  /** One level's two counters. */
  static final class Level {
    private final Counter.Child hits;
    private final Counter.Child misses;

    Level(Counter requests, String level) {
      this.hits = requests.labels(level, "hit");
      this.misses = requests.labels(level, "miss");
    }

    void count(boolean hit) {
      (hit ? hits : misses).inc();
    }
  }
}
