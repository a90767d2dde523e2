package com.jadariselabs.video.queue;

import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import com.jadariselabs.video.testing.Servers;
import io.prometheus.client.CollectorRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A process' queue and workers on a real Redis, with a handler that tells what it was given. */
final class House implements AutoCloseable {
  /** A visit that was begun, and the slot that it holds until it is ended. */
  record Visit(String worker, String id, long nanos, CompletableFuture<Void> end) {}

  final Redis redis;
  final QueueSettings settings;
  final Queue queue;
  final Workers workers;
  final CollectorRegistry registry = new CollectorRegistry();
  final List<Visit> visits = new CopyOnWriteArrayList<>();
  volatile Workers.Handler handler = this::holdSlot;

  House(RedisSettings where, QueueSettings settings) {
    this.settings = settings;
    this.redis = new Redis(where);
    this.queue = new Queue(redis, settings);
    this.workers = new Workers(redis, queue, settings, this::lengths, registry);
    workers.listen((worker, id) -> handler.visit(worker, id));
  }

  static House on(int slots, int min, int max) {
    return new House(shared(), settings(slots, min, max));
  }

  static RedisSettings shared() {
    return new RedisSettings("127.0.0.1", Servers.redisPort(), null, false);
  }

  static QueueSettings settings(int slots, int min, int max) {
    return new QueueSettings(slots, min, max, "t" + UUID.randomUUID(), "i1");
  }

  CompletionStage<?> holdSlot(String worker, String id) {
    Visit visit = new Visit(worker, id, System.nanoTime(), new CompletableFuture<>());
    visits.add(visit);
    return visit.end();
  }

  /** From now on visits end as soon as they begin. */
  House endingAtOnce() {
    handler =
        (worker, id) -> {
          visits.add(new Visit(worker, id, System.nanoTime(), new CompletableFuture<>()));
          return CompletableFuture.completedFuture(null);
        };
    return this;
  }

  Place ring(Priority priority, String id) {
    return queue.ring(priority, id).orTimeout(5, TimeUnit.SECONDS).join();
  }

  void ringAll(Priority priority, int count) {
    ConcurrentLinkedQueue<CompletableFuture<?>> rings = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < count; i++) {
      rings.add(queue.ring(priority, "gen_" + priority.wireName() + i));
    }
    CompletableFuture.allOf(rings.toArray(CompletableFuture[]::new))
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  Map<Priority, Integer> lengths() {
    return queue.lengths().orTimeout(5, TimeUnit.SECONDS).join();
  }

  List<String> ids() {
    List<String> ids = new ArrayList<>();
    visits.forEach(visit -> ids.add(visit.id()));
    return ids;
  }

  void endAll() {
    visits.forEach(visit -> visit.end().complete(null));
  }

  @Override
  public void close() {
    workers.stop();
    redis.close();
  }
}
