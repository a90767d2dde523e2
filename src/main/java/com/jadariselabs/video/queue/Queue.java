package com.jadariselabs.video.queue;

import com.jadariselabs.video.redis.Redis;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/**
 * The delivery queues. Thread-safe. Every method that returns a future makes one round trip, shared
 * with other callers; its continuations run on {@link Redis#send the connection's thread} and must
 * be short. Ids are letters, digits, {@code _} and {@code -}.
 */
public final class Queue {
  private final Redis redis;
  private final QueueSettings settings;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean paused;

  public Queue(Redis redis, QueueSettings settings) {
    this.redis = redis;
    this.settings = settings;
  }

  /**
   * Asks for a visit of this generation, after those that already wait with the same priority. To
   * ring twice does no harm.
   *
   * @return its place, once Redis has it; exceptionally when Redis cannot be reached or refuses,
   *     and then the ring may or may not be there
   */
  public CompletableFuture<Place> ring(Priority priority, String generationId) {
    return ringIn(priority.wireName(), generationId, pipeline -> {});
  }

  /**
   * Asks for a visit before every plan's turn, after those that were given this before. One that is
   * {@link #waitingFirst() there already} would lose its place by another ring.
   *
   * @param own the queue that it has waited in until now, and leaves
   */
  public CompletableFuture<Place> ringFirst(Priority own, String generationId) {
    String payload = Delivery.payload(generationId, own.wireName());
    return ringIn(
        Delivery.FIRST,
        generationId,
        pipeline -> {
          pipeline.lrem(queueKey(Delivery.FIRST), 1, firstPayload(generationId));
          pipeline.lrem(queueKey(own.wireName()), 1, payload);
        });
  }

  /**
   * Takes a waiting generation out of its queue, wherever it stands in it.
   *
   * @return whether it was there
   */
  public CompletableFuture<Boolean> withdraw(Priority priority, String generationId) {
    String payload = Delivery.payload(generationId, priority.wireName());
    return redis.send(
        pipeline -> {
          var own = pipeline.lrem(queueKey(priority.wireName()), 0, payload);
          var first = pipeline.lrem(queueKey(Delivery.FIRST), 0, firstPayload(generationId));
          return () -> own.get() + first.get() > 0;
        });
  }

  /**
   * Jobs in each delivery queue; those rung first count as {@link Priority#HIGH}. What waits for a
   * retry, or behind its own user's jobs, is not in a delivery queue.
   */
  public CompletableFuture<Map<Priority, Integer>> lengths() {
    return redis.send(
        pipeline -> {
          Map<String, Response<Long>> lengths = askLengths(pipeline);
          return () -> byPriority(lengths);
        });
  }

  /**
   * The ids in all delivery queues. Blocks, on a connection of its own, since it may be much: for
   * the sweep, which rings what is missing.
   *
   * @throws redis.clients.jedis.exceptions.JedisException when Redis cannot be reached
   */
  public Set<String> waiting() {
    return idsIn(Delivery.QUEUES);
  }

  /** As {@link #waiting()}, those alone that were {@link #ringFirst rung first}. */
  public Set<String> waitingFirst() {
    return idsIn(List.of(Delivery.FIRST));
  }

  private Set<String> idsIn(List<String> names) {
    Set<String> ids = new HashSet<>();
    try (Jedis jedis = redis.pool().getResource()) {
      Pipeline pipeline = jedis.pipelined();
      List<Response<List<String>>> queues =
          names.stream().map(name -> pipeline.lrange(queueKey(name), 0, -1)).toList();
      pipeline.sync();
      for (Response<List<String>> queue : queues) {
        queue.get().forEach(payload -> Delivery.id(payload).ifPresent(ids::add));
      }
    }
    return ids;
  }

  /**
   * Stops the workers of this process from taking jobs, or lets them go on, at once. What is in
   * progress goes on. Whether the service is paused is not kept here.
   */
  public void setPaused(boolean paused) {
    this.paused = paused;
    wakeWorkers();
  }

  /** What {@link #setPaused} said last; false at first. */
  public boolean isPaused() {
    return paused;
  }

  /** Lets the caller know, on any thread, when there may be something to pop. */
  void onRing(Runnable listener) {
    listeners.add(listener);
  }

  /** A job was popped and must not be worked on here: it stands first in its queue again. */
  CompletableFuture<Long> putBack(String payload, String inFlightKey) {
    String queue = Delivery.queue(payload).orElse(Priority.LOW.wireName());
    return redis.send(
        pipeline -> {
          var length = pipeline.lpush(queueKey(queue), payload);
          pipeline.lrem(inFlightKey, 1, payload);
          pipeline.publish(bell(), settings.instanceId());
          return length::get;
        });
  }

  /** A popped job's handler was called. */
  void handled(String payload, String inFlightKey, String worker) {
    redis.tell(
        pipeline -> {
          pipeline.lrem(inFlightKey, 1, payload);
          pipeline.incr(settings.key("stat", "processed"));
          return pipeline.incr(settings.key("stat", "processed", worker))::get;
        });
  }

  String bell() {
    return settings.key("bell");
  }

  private CompletableFuture<Place> ringIn(
      String queue, String id, java.util.function.Consumer<Pipeline> before) {
    String payload = Delivery.payload(id, queue);
    return redis
        .send(
            pipeline -> {
              before.accept(pipeline);
              pipeline.sadd(settings.key("queues"), queue);
              // Its answer says whether it was refused; the lengths after it count it.
              Response<Long> pushed = pipeline.rpush(queueKey(queue), payload);
              Map<String, Response<Long>> lengths = askLengths(pipeline);
              pipeline.publish(bell(), settings.instanceId());
              return place(queue, pushed, lengths);
            })
        .thenApply(
            place -> {
              wakeWorkers();
              return place;
            });
  }

  private static Supplier<Place> place(
      String queue, Response<Long> pushed, Map<String, Response<Long>> lengths) {
    return () -> {
      long position = pushed.get();
      for (String name : Delivery.QUEUES) {
        if (name.equals(queue)) {
          break;
        }
        position += length(lengths, name);
      }
      return new Place(Math.toIntExact(position), byPriority(lengths));
    };
  }

  private Map<String, Response<Long>> askLengths(Pipeline pipeline) {
    Map<String, Response<Long>> lengths = new LinkedHashMap<>();
    for (String name : Delivery.QUEUES) {
      lengths.put(name, pipeline.llen(queueKey(name)));
    }
    return lengths;
  }

  private static Map<Priority, Integer> byPriority(Map<String, Response<Long>> lengths) {
    Map<Priority, Integer> result = new EnumMap<>(Priority.class);
    for (Priority priority : Priority.values()) {
      result.put(priority, Math.toIntExact(length(lengths, priority.wireName())));
    }
    result.merge(Priority.HIGH, Math.toIntExact(length(lengths, Delivery.FIRST)), Integer::sum);
    return Collections.unmodifiableMap(result);
  }

  private static long length(Map<String, Response<Long>> lengths, String name) {
    Response<Long> length = lengths.get(name);
    return length == null ? 0 : length.get();
  }

  private void wakeWorkers() {
    for (Runnable listener : listeners) {
      listener.run();
    }
  }

  private static String firstPayload(String id) {
    return Delivery.payload(id, Delivery.FIRST);
  }

  private String queueKey(String name) {
    return settings.key("queue", name);
  }
}
