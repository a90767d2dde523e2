package com.jadariselabs.video.queue;

import com.jadariselabs.video.redis.Redis;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.SetParams;

/**
 * Which processes live, and the removal of what the workers of dead ones left in Jesque's register.
 * Host names and process ids repeat in containers, so a process is alive while its key is.
 */
final class Instances {
  private static final Logger LOG = LoggerFactory.getLogger(Instances.class);
  private static final long ALIVE_SECONDS = 15;
  private static final Pattern WORKER = Pattern.compile("(.+)-w\\d+:\\d+:.*");

  private final Redis redis;
  private final QueueSettings settings;

  Instances(Redis redis, QueueSettings settings) {
    this.redis = redis;
    this.settings = settings;
  }

  /**
   * Says that this process lives, and puts its workers into the register again if they are gone.
   */
  CompletableFuture<String> beat(Collection<String> workers) {
    String[] names = workers.toArray(String[]::new);
    return redis.send(
        pipeline -> {
          var beat =
              pipeline.set(
                  aliveKey(settings.instanceId()), "1", SetParams.setParams().ex(ALIVE_SECONDS));
          if (names.length > 0) {
            pipeline.sadd(settings.key("workers"), names);
          }
          return beat::get;
        });
  }

  /** Takes this process out of those that live. */
  CompletableFuture<Long> leave() {
    return redis.send(pipeline -> pipeline.del(aliveKey(settings.instanceId()))::get);
  }

  /**
   * Removes the workers of processes that no longer live, and those of this one that are not among
   * the given. Workers with names of another form are somebody else's. Blocks.
   */
  void removeDead(Set<String> own) {
    try (Jedis jedis = redis.pool().getResource()) {
      List<String> dead = dead(jedis, own);
      if (!dead.isEmpty()) {
        Pipeline pipeline = jedis.pipelined();
        dead.forEach(name -> remove(pipeline, name));
        pipeline.sync();
        LOG.info("Removed {} workers of processes that have ended", dead.size());
      }
    }
  }

  private List<String> dead(Jedis jedis, Set<String> own) {
    Set<String> names = jedis.smembers(settings.key("workers"));
    Map<String, Response<Boolean>> alive = new HashMap<>();
    Pipeline pipeline = jedis.pipelined();
    for (String name : names) {
      Matcher matcher = WORKER.matcher(name);
      if (matcher.matches()) {
        alive.computeIfAbsent(matcher.group(1), id -> pipeline.exists(aliveKey(id)));
      }
    }
    pipeline.sync();
    List<String> dead = new ArrayList<>();
    for (String name : names) {
      Matcher matcher = WORKER.matcher(name);
      if (matcher.matches()) {
        String instance = matcher.group(1);
        Response<Boolean> lives = alive.get(instance);
        boolean ours = instance.equals(settings.instanceId());
        if (ours ? !own.contains(name) : lives != null && !lives.get()) {
          dead.add(name);
        }
      }
    }
    return dead;
  }

  private void remove(Pipeline pipeline, String name) {
    pipeline.srem(settings.key("workers"), name);
    pipeline.del(
        settings.key("worker", name),
        settings.key("worker", name, "started"),
        settings.key("stat", "processed", name),
        settings.key("stat", "failed", name),
        settings.key("inflight", name, String.join(",", Delivery.QUEUES)));
  }

  private String aliveKey(String instanceId) {
    return settings.key("instance", instanceId);
  }
}
