package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Audit;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.Clips;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.OwnRedis;
import com.jadariselabs.video.testing.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process dies with a hundred generations in progress, and another takes all of them over. */
@Tag("chaos")
class TakeoverIT {
  private static final int GENERATIONS = 100;
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void a_hundred_in_progress_are_taken_over_in_time_and_asked_for_once() throws Exception {
    String url = Servers.freshDatabase();
    Jdbi jdbi = Servers.jdbi(url);
    try (OwnRedis redis = new OwnRedis();
        FakeProvider provider = FakeProvider.start(Files.readAllBytes(Clips.small()));
        Instance first = instance("first", url, redis, provider);
        Instance second = instance("second", url, redis, provider)) {
      provider.takes(Duration.ofMinutes(10));
      first.start();
      Client ada = first.user("ada", "pro");
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < GENERATIONS; i++) {
        ids.add(ada.submit("Lion " + i, 2).generationId());
      }
      second.start();
      Awaitility.await().atMost(PATIENCE).until(() -> followed(jdbi) == GENERATIONS);
      first.process().kill();
      long killed = System.nanoTime();
      Awaitility.await("the first is resumed")
          .atMost(LEASE.plusSeconds(5))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> heldBy(jdbi, "second") > 0);
      Duration resumed = Duration.ofNanos(System.nanoTime() - killed);
      Awaitility.await("all are resumed").atMost(PATIENCE).until(() -> heldBy(jdbi, "first") == 0);
      provider.made().forEach(prediction -> prediction.end("succeeded"));
      Client there = second.user("ada", "pro");
      for (String id : ids) {
        assertThat(there.awaitEnd(id, PATIENCE).path("status").asText()).isEqualTo("completed");
        assertThat(there.generation(id).path("attempts").asInt()).isEqualTo(1);
      }
      assertThat(provider.made()).hasSize(GENERATIONS);
      Audit.assertNothingLost(jdbi, ids);
      Audit.assertNothingPaidTwice(jdbi, provider);
      System.out.printf(
          "killed with %d in progress: the first resumed after %d ms (lease %d ms), %d predictions%n",
          GENERATIONS, resumed.toMillis(), LEASE.toMillis(), provider.made().size());
    }
  }

  private Instance instance(String name, String url, OwnRedis redis, FakeProvider provider) {
    return Instance.of(Instance.settings(directory, url, redis.settings().port()))
        .with(provider)
        .with("INSTANCE_ID", name)
        .with("LEASE_MS", LEASE.toMillis())
        .with("WORKERS_MAX", 1)
        .with("QUEUE_MAX_CONCURRENT", GENERATIONS);
  }

  /** Predictions that are known and still being made. */
  private static int followed(Jdbi jdbi) {
    return count(
        jdbi,
        """
        SELECT count(*) FROM generations g JOIN attempts a ON a.generation_id = g.id
         WHERE g.status = 'processing' AND a.prediction_id IS NOT NULL""");
  }

  private static int heldBy(Jdbi jdbi, String instance) {
    return count(
        jdbi,
        "SELECT count(*) FROM generations WHERE status = 'processing' AND lease_owner LIKE '%s%%'"
            .formatted(instance));
  }

  private static int count(Jdbi jdbi, String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Integer.class).one());
  }
}
