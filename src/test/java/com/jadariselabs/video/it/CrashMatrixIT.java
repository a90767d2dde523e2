package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jadariselabs.video.testing.Instance;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Faults under load, and then the audit: two processes on one PostgreSQL and Redis, users who
 * submit and cancel all the time, a provider that counts. Reproducible, as far as processes are, by
 * its printed seed ({@code -Dchaos.seed}); {@code -Dchaos.runs} faults of each kind, {@code
 * -Dchaos.kind=KILL} of one kind alone.
 */
@Tag("chaos")
class CrashMatrixIT {
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() % 1_000_000);
  private static final @Nullable Integer RUNS = Integer.getInteger("chaos.runs");
  private static final String KIND = System.getProperty("chaos.kind", "");
  private static final Map<Disaster, String> TABLE = new TreeMap<>();

  @TempDir Path directory;

  /** What can happen. */
  enum Disaster {
    KILL(40),
    FREEZE(10),
    TERMINATE(10),
    REDIS_FLUSHED(10),
    REDIS_RESTARTED(10),
    POSTGRES_RESTARTED(10);

    private final int runs;

    Disaster(int runs) {
      this.runs = runs;
    }
  }

  @AfterAll
  static void table() {
    System.out.printf("%n%-20s %5s %9s   (seed %d)%n", "fault", "runs", "survived", SEED);
    TABLE.forEach((fault, line) -> System.out.printf("%-20s %s%n", fault, line));
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_lost_and_nothing_is_paid_twice(Disaster disaster) throws Exception {
    assumeTrue(KIND.isEmpty() || KIND.equals(disaster.name()), "another kind was asked for");
    Random random = new Random(SEED + disaster.name().hashCode());
    int runs = RUNS == null ? disaster.runs : RUNS;
    int survived = 0;
    TABLE.put(disaster, "%5d %9d".formatted(runs, survived));
    try (Scene scene = new Scene(directory).started();
        Traffic traffic = scene.traffic(SEED)) {
      for (int run = 0; run < runs; run++) {
        Traffic.pause(500 + random.nextInt(1_500));
        strike(disaster, random, random.nextBoolean() ? scene.first : scene.second, scene);
        traffic.awaitMotion(disaster + " " + run);
        survived++;
        TABLE.put(disaster, "%5d %9d".formatted(runs, survived));
      }
      scene.endAndAudit(traffic, disaster == Disaster.KILL ? runs : 0);
      System.out.printf("%s: %s%n", disaster, traffic.summary());
    }
  }

  private void strike(Disaster disaster, Random random, Instance victim, Scene scene)
      throws InterruptedException {
    switch (disaster) {
      case KILL -> {
        victim.process().kill();
        Traffic.pause(random.nextInt(500));
        victim.start();
      }
      case TERMINATE -> {
        assertThat(victim.stop()).isEqualTo(143);
        victim.start();
      }
      case FREEZE -> {
        victim.process().freeze();
        Traffic.pause(2_500 + random.nextInt(2_000));
        victim.process().thaw();
      }
      case REDIS_FLUSHED -> {
        try (var jedis = scene.redis.connect()) {
          jedis.flushAll();
          jedis.scriptFlush();
        }
      }
      case REDIS_RESTARTED -> {
        scene.redis.stop();
        Traffic.pause(random.nextInt(2_000));
        scene.redis.startAgain();
      }
      case POSTGRES_RESTARTED -> {
        scene.postgres.crash();
        Traffic.pause(random.nextInt(1_000));
        scene.postgres.startAgain();
      }
    }
  }
}
