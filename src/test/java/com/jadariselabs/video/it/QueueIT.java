package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Audit;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.Clips;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.Observer;
import com.jadariselabs.video.testing.OwnRedis;
import com.jadariselabs.video.testing.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one PostgreSQL and one Redis, one slot each. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QueueIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path directory;
  private static final OwnRedis redis = new OwnRedis();
  private static final List<String> accepted = new ArrayList<>();
  private static FakeProvider provider;
  private static Jdbi jdbi;
  private static Instance first;
  private static Instance second;

  @BeforeAll
  static void start() throws Exception {
    provider = FakeProvider.start(Files.readAllBytes(Clips.small()));
    String url = Servers.freshDatabase();
    jdbi = Servers.jdbi(url);
    first = instance(url, "first").with("WORKERS_MAX", 1).with("QUEUE_MAX_CONCURRENT", 1);
    second = instance(url, "second").with("WORKERS_MIN", 0).with("WORKERS_MAX", 0);
    first.launch();
    second.launch();
    first.awaitReady();
    second.awaitReady();
  }

  private static Instance instance(String url, String name) {
    return Instance.of(Instance.settings(directory, url, redis.settings().port()))
        .with(provider)
        .with("INSTANCE_ID", name)
        .with("POLL_INTERVAL_MS", 100);
  }

  @AfterAll
  static void stop() {
    first.close();
    second.close();
    provider.close();
    redis.close();
  }

  @Test
  @Order(1)
  void a_pause_said_to_one_process_holds_in_the_other_and_then_the_dearest_plan_goes_first() {
    assertThat(second.admin().post("/api/admin/queue/pause", "").status()).isEqualTo(200);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> first.admin().get("/api/queue/stats").json().path("paused").asBoolean());
    List<String> ids = new ArrayList<>();
    for (String plan : List.of("free", "starter", "pro")) {
      ids.add(second.user("one-of-" + plan, plan).submit("A lion", 5).generationId());
    }
    accepted.addAll(ids);
    assertThat(first.user("one-of-pro", "pro").generation(ids.get(2)).path("queue_status"))
        .hasToString("{\"priority\":\"high\",\"position\":1,\"estimated_wait_seconds\":0}");
    assertThat(second.admin().post("/api/admin/queue/resume", "").status()).isEqualTo(200);
    List<Instant> starts = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      String plan = List.of("free", "starter", "pro").get(i);
      starts.add(
          Instant.parse(
              second
                  .user("one-of-" + plan, plan)
                  .awaitEnd(ids.get(i), PATIENCE)
                  .path("started_at")
                  .asText()));
    }
    assertThat(starts.get(2)).isBefore(starts.get(1));
    assertThat(starts.get(1)).isBefore(starts.get(0));
  }

  @Test
  @Order(2)
  void what_the_one_process_does_is_heard_at_the_other_and_what_is_said_there_reaches_it() {
    provider.takes(Duration.ofMinutes(1));
    Client here = first.user("ada", "pro");
    Client there = second.user("ada", "pro");
    try (Observer socket = there.observe()) {
      String id = here.submit("A lion", 10).generationId();
      accepted.add(id);
      socket.await(each -> each.generationId().equals(id) && each.event().equals("job:started"));
      Awaitility.await().atMost(PATIENCE).until(() -> provider.running() == 1);
      assertThat(there.delete("/api/generate/video?generation_id=" + id).status()).isEqualTo(200);
      socket.await(each -> each.generationId().equals(id) && each.terminal());
      Awaitility.await().atMost(PATIENCE).until(() -> provider.running() == 0);
      assertThat(here.generation(id).path("status").asText()).isEqualTo("cancelled");
    }
    provider.takes(Duration.ZERO);
  }

  @Test
  @Order(3)
  void a_revoked_session_is_refused_everywhere_within_a_second() {
    Client there = second.user("bob", "free");
    assertThat(there.get("/api/me").status()).isEqualTo(200);
    try (Observer socket = there.observe()) {
      assertThat(first.user("bob", "free").delete("/api/sessions/session-of-bob").status())
          .isBetween(200, 204);
      assertThat(socket.awaitClose(Duration.ofSeconds(2))).isEqualTo(4401);
    }
    assertThat(there.get("/api/me").status()).isEqualTo(401);
  }

  @Test
  @Order(4)
  void a_terminated_process_gives_back_what_it_holds_and_another_goes_on_with_it() {
    provider.takes(Duration.ofSeconds(4));
    Client there = second.user("cyd", "pro");
    try (Observer sockets = first.user("cyd", "pro").observe()) {
      String id = there.submit("A lion", 10).generationId();
      accepted.add(id);
      Awaitility.await().atMost(PATIENCE).until(() -> provider.running() == 1);
      assertThat(first.stop()).isEqualTo(143);
      assertThat(sockets.awaitClose(Duration.ofSeconds(1))).isEqualTo(1012);
      assertThat(leases()).isZero();
      first.start();
      assertThat(there.awaitEnd(id, PATIENCE).path("status").asText()).isEqualTo("completed");
      assertThat(there.generation(id).path("attempts").asInt()).isEqualTo(1);
    }
    assertThat(crashes()).isZero();
    Audit.assertNothingLost(jdbi, accepted);
    Audit.assertNothingPaidTwice(jdbi, provider);
  }

  private static int leases() {
    return count("SELECT count(*) FROM generations WHERE lease_token IS NOT NULL");
  }

  private static int crashes() {
    return count("SELECT coalesce(sum(crashes), 0) FROM generations");
  }

  private static int count(String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Integer.class).one());
  }
}
