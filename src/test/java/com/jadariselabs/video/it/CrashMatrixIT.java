package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Audit;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.Clips;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.OwnPostgres;
import com.jadariselabs.video.testing.OwnRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Faults under load, and then the audit: two processes on one PostgreSQL and Redis, users who
 * submit and cancel all the time, a provider that counts. Reproducible, as far as processes are, by
 * its printed seed ({@code -Dchaos.seed}); {@code -Dchaos.runs} faults of each kind.
 */
@Tag("chaos")
class CrashMatrixIT {
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() % 1_000_000);
  private static final int RUNS = Integer.getInteger("chaos.runs", 8);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Map<Disaster, String> TABLE = new TreeMap<>();

  @TempDir Path directory;
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final List<String> odd = new ArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicBoolean submitting = new AtomicBoolean(true);

  /** What can happen. */
  enum Disaster {
    KILL,
    FREEZE,
    TERMINATE,
    REDIS_FLUSHED,
    REDIS_RESTARTED,
    POSTGRES_RESTARTED
  }

  @AfterAll
  static void table() {
    System.out.printf("%n%-20s %5s %9s   (seed %d)%n", "fault", "runs", "survived", SEED);
    TABLE.forEach((fault, line) -> System.out.printf("%-20s %s%n", fault, line));
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_lost_and_nothing_is_paid_twice(Disaster disaster) throws Exception {
    Random random = new Random(SEED + disaster.name().hashCode());
    int survived = 0;
    TABLE.put(disaster, "%5d %9d".formatted(RUNS, survived));
    try (OwnPostgres postgres = new OwnPostgres(directory.resolve("postgres"));
        OwnRedis redis = new OwnRedis();
        FakeProvider provider = FakeProvider.start(Files.readAllBytes(Clips.small()));
        Instance first = instance("first", postgres, redis, provider);
        Instance second = instance("second", postgres, redis, provider)) {
      provider.takes(Duration.ofMillis(1_500)).withoutRecord();
      first.launch();
      second.launch();
      first.awaitReady();
      second.awaitReady();
      List<Thread> load = List.of(submitter(first, second, "ada"), submitter(second, first, "bob"));
      load.forEach(Thread::start);
      Jdbi jdbi = com.jadariselabs.video.testing.Servers.jdbi(postgres.url());
      for (int run = 0; run < RUNS; run++) {
        pause(500 + random.nextInt(1_500));
        strike(disaster, random, random.nextBoolean() ? first : second, postgres, redis);
        awaitMotion(jdbi, disaster + " " + run);
        survived++;
        TABLE.put(disaster, "%5d %9d".formatted(RUNS, survived));
      }
      submitting.set(false);
      for (Thread each : load) {
        each.join();
      }
      awaitAllEnded(jdbi);
      Awaitility.await().atMost(PATIENCE).until(() -> provider.running() == 0);
      assertThat(odd).as("answers that were neither accepted nor an honest refusal").isEmpty();
      Audit.assertNothingLost(jdbi, accepted);
      Audit.assertNothingPaidTwice(jdbi, provider);
      Audit.assertFilesWhole(jdbi, directory.resolve("data"), Files.size(Clips.small()));
      assertThat(accepted).hasSizeGreaterThan(RUNS);
      System.out.printf(
          "%s: %d accepted, %d refused, %d predictions%n",
          disaster, accepted.size(), refused.get(), provider.made().size());
    }
  }

  private Instance instance(
      String name, OwnPostgres postgres, OwnRedis redis, FakeProvider provider) {
    return Instance.of(
            Instance.settings(directory.resolve("data"), postgres.url(), redis.settings().port()))
        .with(provider)
        .with("INSTANCE_ID", name)
        .with("QUEUE_MAX_CONCURRENT", 20)
        .with("WORKERS_MAX", 1)
        .with("DATABASE_START_TIMEOUT", 30);
  }

  private void strike(
      Disaster disaster, Random random, Instance victim, OwnPostgres postgres, OwnRedis redis)
      throws InterruptedException {
    switch (disaster) {
      case KILL -> {
        victim.process().kill();
        pause(random.nextInt(500));
        victim.start();
      }
      case TERMINATE -> {
        assertThat(victim.stop()).isEqualTo(143);
        victim.start();
      }
      case FREEZE -> {
        victim.process().freeze();
        pause(2_500 + random.nextInt(2_000));
        victim.process().thaw();
      }
      case REDIS_FLUSHED -> {
        try (var jedis = redis.connect()) {
          jedis.flushAll();
          jedis.scriptFlush();
        }
      }
      case REDIS_RESTARTED -> {
        redis.stop();
        pause(random.nextInt(2_000));
        redis.startAgain();
      }
      case POSTGRES_RESTARTED -> {
        postgres.crash();
        pause(random.nextInt(1_000));
        postgres.startAgain();
      }
    }
  }

  /** Submits here, and there when nobody answers; cancels some. */
  private Thread submitter(Instance here, Instance there, String user) {
    Random random = new Random(SEED + user.hashCode());
    return new Thread(
        () -> {
          List<String> mine = new ArrayList<>();
          while (submitting.get()) {
            Client client = (random.nextInt(4) > 0 ? here : there).user(user, "pro");
            try {
              Client.Answer answer =
                  client
                      .send(
                          "POST", "/api/generate/video", Client.body("Lion", 1 + random.nextInt(9)))
                      .join();
              note(answer, 202, mine);
              if (random.nextInt(5) == 0 && !mine.isEmpty()) {
                String victim = mine.get(random.nextInt(mine.size()));
                note(
                    client
                        .send("DELETE", "/api/generate/video?generation_id=" + victim, null)
                        .join(),
                    200,
                    null);
              }
            } catch (CompletionException e) {
              refused.incrementAndGet();
            }
            pause(60);
          }
        },
        "submitter-" + user);
  }

  private void note(
      Client.Answer answer, int good, @org.jspecify.annotations.Nullable List<String> mine) {
    if (answer.status() == good) {
      if (mine != null) {
        accepted.add(answer.generationId());
        mine.add(answer.generationId());
      }
    } else if (answer.status() == 503 && answer.header("Retry-After").isPresent()) {
      refused.incrementAndGet();
    } else if (answer.status() != 409) {
      synchronized (odd) {
        odd.add(answer.status() + " " + answer.text());
      }
    }
  }

  /** Within ten seconds some generation ends again. */
  private static void awaitMotion(Jdbi jdbi, String after) {
    Awaitility.await("moving again after " + after)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () ->
                count(
                        jdbi,
                        "SELECT count(*) FROM generations WHERE completed_at > now() - interval '1 s'"
                            + " AND status = 'completed'")
                    > 0);
  }

  private static void awaitAllEnded(Jdbi jdbi) {
    Awaitility.await("all have ended")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> count(jdbi, "SELECT count(*) FROM generations WHERE completed_at IS NULL") == 0);
    Awaitility.await("nothing runs at the provider")
        .atMost(PATIENCE)
        .until(() -> count(jdbi, "SELECT count(*) FROM attempts WHERE state = 'running'") == 0);
  }

  private static int count(Jdbi jdbi, String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Integer.class).one());
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
