package com.jadariselabs.video;

import com.codahale.metrics.health.HealthCheckRegistry;
import com.codahale.metrics.jvm.ThreadDeadlockDetector;
import com.google.common.base.Throwables;
import com.jadariselabs.video.database.Database;
import com.jadariselabs.video.monitoring.Check;
import com.jadariselabs.video.monitoring.Checks;
import com.jadariselabs.video.monitoring.Readiness;
import com.jadariselabs.video.redis.Eviction;
import com.jadariselabs.video.redis.Redis;
import io.dropwizard.core.setup.Environment;
import io.prometheus.client.CollectorRegistry;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is looked at from outside: the health checks, {@code /ready} and {@code /live}. */
final class Checkup {
  private static final Logger LOG = LoggerFactory.getLogger(Checkup.class);
  private static final long LEAST_FREE_MEBIBYTES = 256;
  private static final long REDIS_SECONDS = 3;
  private static final String EVICTS =
      "it drops keys when its memory is full: set maxmemory-policy noeviction, or jobs are started"
          + " late and limits are forgotten";

  private final HealthCheckRegistry health;
  private final Checks checks;

  private Checkup(HealthCheckRegistry health) {
    this.health = health;
    this.checks = new Checks(health);
  }

  /** Looks at the stores; whatever else there is registers itself. */
  static Checkup of(
      Environment environment,
      CollectorRegistry registry,
      Database database,
      Redis redis,
      Path dataDirectory) {
    Checkup checkup = new Checkup(environment.healthChecks());
    checkup.health.register("postgresql", new Check(database::complaint));
    checkup.health.register("redis", new Check(() -> unreachable(redis)));
    checkup.health.register("redis-eviction", new Check(() -> evicting(redis)));
    checkup.health.register("disk", Check.disk(dataDirectory, LEAST_FREE_MEBIBYTES));
    registry.register(checkup.checks);
    redis
        .eviction()
        .thenAccept(
            eviction -> {
              if (eviction == Eviction.UNSAFE) {
                LOG.warn("Redis: {}", EVICTS);
              }
            });
    checkup.probes(environment, database);
    return checkup;
  }

  /** Every check there is, with its name. */
  HealthCheckRegistry health() {
    return health;
  }

  /** Their results. */
  Checks checks() {
    return checks;
  }

  /**
   * Without Redis the service goes on more slowly, without the provider it queues: neither is a
   * reason to send people away.
   */
  private void probes(Environment environment, Database database) {
    Readiness readiness = new Readiness();
    environment.lifecycle().addEventListener(readiness);
    environment
        .admin()
        .addServlet("ready", readiness.ready(database::complaint))
        .addMapping("/ready");
    ThreadDeadlockDetector deadlocks = new ThreadDeadlockDetector();
    environment
        .admin()
        .addServlet(
            "live",
            Readiness.live(
                () ->
                    deadlocks.getDeadlockedThreads().isEmpty()
                        ? Optional.empty()
                        : Optional.of("threads wait for each other for ever")))
        .addMapping("/live");
  }

  /** A wrong password looks like one that is away: what it says tells them apart. */
  static Optional<String> unreachable(Redis redis) throws InterruptedException {
    try {
      String answer =
          redis.<String>send(pipeline -> pipeline.ping()::get).get(REDIS_SECONDS, TimeUnit.SECONDS);
      return answer.equals("PONG") ? Optional.empty() : Optional.of("it does not answer a ping");
    } catch (TimeoutException e) {
      return Optional.of("it does not answer a ping");
    } catch (ExecutionException e) {
      return Optional.of("it cannot be used: " + Throwables.getRootCause(e).getMessage());
    }
  }

  /** One that is away is the other check's business. */
  private static Optional<String> evicting(Redis redis) throws Exception {
    return redis.isUp() && redis.eviction().get(REDIS_SECONDS, TimeUnit.SECONDS) == Eviction.UNSAFE
        ? Optional.of(EVICTS)
        : Optional.empty();
  }
}
