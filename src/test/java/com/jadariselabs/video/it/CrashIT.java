package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Audit;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.Clips;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.Observer;
import com.jadariselabs.video.testing.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashIT {
  private static final int GENERATIONS = 20;

  @TempDir Path directory;

  @Test
  void
      a_killed_process_that_starts_again_finishes_what_it_had_begun_and_charges_for_nothing_else() {
    Instance instance =
        Instance.of(Instance.settings(directory))
            .with("QUEUE_MAX_CONCURRENT", 8)
            .with("WORKERS_MAX", 1)
            .with("SANDBOX_PROCESSING_MS", 500)
            .start();
    try (instance) {
      Client ada = instance.user("ada", "pro");
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < GENERATIONS; i++) {
        ids.add(ada.submit("Lion number " + i, 1 + i % 2).generationId());
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> count(instance, "completed") >= 2);
      instance.process().kill();
      List<ProcessHandle> orphans = instance.embeddedServers();
      assertThat(orphans).hasSize(2).allMatch(ProcessHandle::isAlive);

      instance.start();
      assertThat(instance.log()).anyMatch(line -> line.contains("found running"));
      try (Observer socket = ada.observe()) {
        ids.forEach(id -> ada.awaitEnd(id, Duration.ofSeconds(60)));
        assertThat(socket.heard().stream().filter(Observer.Heard::terminal)).isNotEmpty();
      }
      Jdbi jdbi = instance.embeddedDatabase();
      Audit.assertNothingLost(jdbi, ids);
      assertThat(states(jdbi)).containsExactly(Map.entry("completed", (long) GENERATIONS));
      int predictions =
          jdbi.withHandle(
              handle ->
                  handle
                      .createQuery("SELECT count(prediction_id) FROM attempts")
                      .mapTo(Integer.class)
                      .one());
      assertThat(predictions).isEqualTo(GENERATIONS);
      orphans = instance.embeddedServers();
      instance.stop();
      assertThat(orphans).noneMatch(ProcessHandle::isAlive);
    }
  }

  @Test
  @Tag("chaos")
  void embedded_servers_that_are_killed_come_back_and_everything_goes_on() {
    try (Instance instance =
        Instance.of(Instance.settings(directory)).with("WORKERS_MAX", 1).start()) {
      Client ada = instance.user("ada", "pro");
      List<String> ids = new ArrayList<>();
      for (int place = 0; place < 2; place++) {
        ids.add(ada.submit("Lion before " + place, 1).generationId());
        ProcessHandle server = instance.embeddedServers().get(place);
        server.destroyForcibly();
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(() -> ids.add(ada.submit("Lion after", 1).generationId()));
        ids.forEach(
            id ->
                Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> ada.generation(id).path("status").asText().equals("completed")));
      }
      Audit.assertNothingLost(instance.embeddedDatabase(), ids);
    }
  }

  @Test
  @Tag("chaos")
  void a_job_that_takes_every_process_down_is_failed_and_refunded_in_the_end() throws Exception {
    String url = Servers.freshDatabase();
    Jdbi jdbi = Servers.jdbi(url);
    try (FakeProvider provider = FakeProvider.start(Files.readAllBytes(Clips.small()));
        Instance instance =
            Instance.of(Instance.settings(directory, url, Servers.redisPort()))
                .with(provider.takes(Duration.ofMinutes(10)))
                .start()) {
      Client ada = instance.user("ada", "pro");
      long before = ada.credits();
      String id = ada.submit("Poison", 1).generationId();
      int deaths = 0;
      long killed = 0;
      while (!ended(jdbi)) {
        long last = killed;
        Awaitility.await("taken up again, or ended")
            .atMost(Duration.ofSeconds(30))
            .until(() -> lease(jdbi) > last || ended(jdbi));
        if (!ended(jdbi)) {
          killed = lease(jdbi);
          instance.process().kill();
          deaths++;
          instance.start();
        }
      }
      assertThat(deaths).as("deaths").isBetween(3, 12);
      assertThat(ada.generation(id).path("status").asText()).isEqualTo("failed");
      assertThat(ada.credits()).isEqualTo(before);
      Awaitility.await("nothing runs at the provider")
          .atMost(Duration.ofSeconds(60))
          .until(() -> provider.running() == 0);
      Audit.assertNothingLost(jdbi, List.of(id));
      Audit.assertNothingPaidTwice(jdbi, provider);
    }
  }

  private static boolean ended(Jdbi jdbi) {
    return number(jdbi, "SELECT count(*) FROM generations WHERE completed_at IS NOT NULL") > 0;
  }

  /** The newest lease that was given. */
  private static long lease(Jdbi jdbi) {
    return number(jdbi, "SELECT coalesce(max(lease_token), 0) FROM generations");
  }

  private static long number(Jdbi jdbi, String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  private static long count(Instance instance, String status) {
    return instance.admin().get("/api/queue/stats").json().path(status).asLong();
  }

  private static Map<String, Long> states(Jdbi jdbi) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT status, count(*) AS n FROM generations GROUP BY status")
                .setMapKeyColumn("status")
                .setMapValueColumn("n")
                .collectInto(new org.jdbi.v3.core.generic.GenericType<Map<String, Long>>() {}));
  }
}
