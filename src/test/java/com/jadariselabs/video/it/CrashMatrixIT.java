package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
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
 * Faults under load, and then the audit: a few processes on one PostgreSQL and Redis, users who
 * submit and cancel all the time, a provider that counts. Reproducible, as far as processes are, by
 * its printed seed ({@code -Dchaos.seed}); {@code -Dchaos.runs} faults of each kind, {@code
 * -Dchaos.kind=KILL,FREEZE} of these kinds alone. After each fault something submitted after it
 * comes to a good end in time; where Redis was away, within ten seconds and at the pace of before.
 */
@Tag("chaos")
class CrashMatrixIT {
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() % 1_000_000);
  private static final @Nullable Integer RUNS = Integer.getInteger("chaos.runs");
  private static final List<String> KINDS =
      List.of(System.getProperty("chaos.kind", "").split(","));
  private static final int VICTIMS = 3;

  /** Of what ends within three seconds half as many: then it is under load. */
  private static final int WARM = 12;

  private static final Map<Disaster, String> TABLE = new TreeMap<>();
  private static final Duration WITHOUT_REDIS = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  /** Each one's newest lease when it was killed last. */
  private final Map<Instance, Long> leases = new HashMap<>();

  @TempDir Path directory;

  /** What can happen, how often it does, and to how many processes. */
  enum Disaster {
    /** Three of four are killed in turn, each as soon as it is in the middle of something. */
    KILL(40, 4),
    KILL_ALL(10, 2),
    FREEZE(10, 2),
    /** SIGTERM under load: ended within 30 seconds. */
    TERMINATE(10, 2),
    /** FLUSHALL and SCRIPT FLUSH. */
    REDIS_FLUSHED(10, 2),
    REDIS_RESTARTED(10, 2),
    /** Every write is refused. */
    REDIS_FULL(5, 2),
    POSTGRES_RESTARTED(10, 2),
    /** Its connections stay open, and nothing comes back. */
    POSTGRES_FROZEN(5, 2),
    /** The provider takes creates and drops its answers, hangs, or has had enough. */
    PROVIDER_ASTRAY(10, 2);

    private final int runs;
    private final int processes;

    Disaster(int runs, int processes) {
      this.runs = runs;
      this.processes = processes;
    }

    /** So few where one is always about to be killed that the others never do all the work. */
    int slots() {
      return this == KILL ? 4 : 20;
    }

    boolean ofRedis() {
      return this == REDIS_FLUSHED || this == REDIS_RESTARTED || this == REDIS_FULL;
    }
  }

  @AfterAll
  static void table() {
    System.out.printf(
        "%n%-20s %5s %9s %12s   (seed %d)%n", "fault", "runs", "survived", "slowest, ms", SEED);
    TABLE.forEach((fault, line) -> System.out.printf("%-20s %s%n", fault, line));
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_lost_and_nothing_is_paid_twice(Disaster disaster) throws Exception {
    assumeTrue(KINDS.contains("") || KINDS.contains(disaster.name()), "another kind was asked for");
    Random random = new Random(SEED + disaster.name().hashCode());
    int runs = RUNS == null ? disaster.runs : RUNS;
    int survived = 0;
    long slowest = 0;
    note(disaster, runs, survived, slowest, "");
    try (Scene scene = new Scene(directory, disaster.processes, disaster.slots()).started();
        Traffic traffic = scene.traffic(SEED)) {
      traffic.awaitPace("the start", WARM, Instant.EPOCH, PATIENCE);
      for (int run = 0; run < runs; run++) {
        slowest = Math.max(slowest, once(disaster, run, random, scene, traffic));
        survived++;
        note(disaster, runs, survived, slowest, "");
      }
      scene.endAndAudit(traffic, disaster.name().startsWith("KILL") ? 2 * runs : 0);
      note(disaster, runs, survived, slowest, traffic.summary());
      System.out.printf("%s: %s%n", disaster, traffic.summary());
    }
  }

  private static void note(
      Disaster disaster, int runs, int survived, long slowest, String summary) {
    TABLE.put(disaster, "%5d %9d %12d   %s".formatted(runs, survived, slowest, summary));
    System.out.printf("%s %s%n", disaster, TABLE.get(disaster));
  }

  /** One fault, and the milliseconds until everything moves again. */
  private long once(Disaster disaster, int run, Random random, Scene scene, Traffic traffic)
      throws InterruptedException {
    String after = disaster + " " + run;
    if (disaster == Disaster.KILL) {
      return killed(scene, random, run);
    }
    Traffic.pause(500 + random.nextInt(1_500));
    int before = disaster.ofRedis() ? traffic.pace(Instant.EPOCH) : 0;
    strike(disaster, random, scene.instance(random.nextInt(2)), scene);
    long since = System.nanoTime();
    Instant then = traffic.now();
    traffic.awaitMotion(after, then, disaster.ofRedis() ? WITHOUT_REDIS : PATIENCE);
    if (disaster.ofRedis()) {
      Duration left = WITHOUT_REDIS.minusNanos(System.nanoTime() - since);
      traffic.awaitPace(after, before, then, left);
    }
    return Duration.ofNanos(System.nanoTime() - since).toMillis();
  }

  /** Each is killed in its turn, in the middle of what it took up since it was started. */
  private long killed(Scene scene, Random random, int run) {
    Instance victim = scene.instance(run % VICTIMS);
    long since = System.nanoTime();
    scene.awaitBusy(victim, leases.getOrDefault(victim, 0L));
    Traffic.pause(random.nextInt(1_000));
    victim.process().kill();
    leases.put(victim, scene.newestLease());
    victim.launch();
    return Duration.ofNanos(System.nanoTime() - since).toMillis();
  }

  private void strike(Disaster disaster, Random random, Instance victim, Scene scene)
      throws InterruptedException {
    switch (disaster) {
      case KILL -> throw new IllegalArgumentException("killed elsewhere");
      case KILL_ALL -> {
        scene.instances().forEach(each -> each.process().kill());
        scene.instances().forEach(Instance::launch);
        scene.instances().forEach(Instance::awaitReady);
      }
      case TERMINATE -> {
        victim.process().terminate();
        assertThat(victim.process().awaitExit(Duration.ofSeconds(30))).isEqualTo(143);
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
      case REDIS_FULL -> {
        scene.redis.limit("1");
        Traffic.pause(1_000 + random.nextInt(4_000));
        scene.redis.limit("0");
      }
      case POSTGRES_RESTARTED -> {
        scene.postgres.crash();
        Traffic.pause(random.nextInt(1_000));
        scene.postgres.startAgain();
      }
      case POSTGRES_FROZEN -> {
        scene.postgres.freeze();
        Traffic.pause(1_000 + random.nextInt(15_000));
        scene.postgres.thaw();
      }
      case PROVIDER_ASTRAY -> {
        Call call =
            random.nextBoolean() ? Call.CREATE : List.of(Call.values()).get(random.nextInt(5));
        scene.provider.always(call, astray(call, random));
        Traffic.pause(500 + random.nextInt(2_500));
        scene.provider.heal();
      }
    }
  }

  private static Fault astray(Call call, Random random) {
    List<Fault> faults =
        List.of(
            Fault.drop(),
            call == Call.OUTPUT ? Fault.drop() : Fault.drop().afterEffect(),
            call == Call.OUTPUT ? Fault.hang() : Fault.hang().afterEffect(),
            Fault.rateLimited("1"),
            Fault.status(500),
            Fault.truncate());
    return faults.get(random.nextInt(faults.size()));
  }
}
