package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.queue.Queue;
import com.jadariselabs.video.queue.QueueSettings;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Servers;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nobody holds is rung again, and what nobody waits for is stopped. */
class SweepTest {
  private House house;
  private Bench bench;
  private Redis redis;
  private Queue queue;
  private Sweep sweep;

  @BeforeEach
  void open() {
    house = new House();
    bench = new Bench(house);
    redis = new Redis(new RedisSettings("127.0.0.1", Servers.redisPort(), null, false));
    queue = new Queue(redis, new QueueSettings(3, 1, 1, "sweep-" + UUID.randomUUID(), "here"));
    sweep =
        new Sweep(
            house.generations(),
            house.transitions(),
            house.attempts(),
            queue,
            bench.visits(),
            bench.settlement(),
            bench.unsettledFiles(),
            house.room().databaseClock(),
            Bench.SETTINGS);
  }

  @AfterEach
  void close() {
    redis.close();
    bench.close();
    house.close();
  }

  @Test
  void a_row_that_redis_forgot_is_rung_when_it_was_missing_twice_and_then_once() {
    Generation g = bench.accepted();
    sweep.once();
    assertThat(queue.waiting()).isEmpty();
    sweep.once();
    awaitRung(g);
    sweep.once();
    sweep.once();
    assertThat(length()).isEqualTo(1);
    assertThat(queue.waitingFirst()).isEmpty();
  }

  @Test
  void a_retry_is_rung_when_it_is_due_and_not_before() {
    bench.provider().failNext("oops");
    Generation g = bench.accepted();
    bench.finish(bench.claim(g.id()));
    bench.sql("UPDATE generations SET retry_at = now() + interval '1 minute'");
    sweep.once();
    sweep.once();
    assertThat(queue.waiting()).isEmpty();
    bench.due(g.id());
    sweep.once();
    sweep.once();
    awaitRung(g);
  }

  @Test
  void what_a_dead_worker_left_is_rung_once_and_before_what_waits() {
    Generation g = bench.accepted();
    bench.claim(g.id());
    sweep.once();
    assertThat(queue.waiting()).isEmpty();
    bench.abandon(g.id());
    sweep.once();
    await().until(() -> queue.waitingFirst().contains(g.id()));
    for (int i = 0; i < 3; i++) {
      sweep.once();
    }
    assertThat(length()).isEqualTo(1);
  }

  @Test
  void what_this_process_still_works_on_is_not_rung() {
    bench.provider().takes(Duration.ofHours(1));
    Generation g = bench.accepted();
    bench.visits().visit("worker", g.id());
    await().until(() -> bench.provider().made().size() == 1);
    bench.abandon(g.id());
    sweep.once();
    assertThat(length()).isZero();
    bench.visits().heartbeat();
    assertThat(bench.tryClaim(g.id())).isEmpty();
    bench.visits().stop(Duration.ZERO);
  }

  @Test
  void who_has_waited_too_long_leaves_its_queue_for_the_one_before_all_once() {
    Generation g = bench.accepted();
    queue.ring(Priority.LOW, g.id()).join();
    Generation fresh = bench.accepted();
    queue.ring(Priority.LOW, fresh.id()).join();
    bench.sql(
        "UPDATE generations SET queued_at = now() - interval '11 minutes' WHERE id = '%s'", g.id());
    for (int i = 0; i < 4; i++) {
      sweep.once();
    }
    await().until(() -> queue.waitingFirst().contains(g.id()));
    assertThat(queue.waitingFirst()).containsExactly(g.id());
    assertThat(length()).isEqualTo(2);
  }

  @Test
  void an_aged_one_that_was_popped_and_lost_or_never_rung_comes_first_again() {
    Generation g = bench.accepted();
    queue.ring(Priority.LOW, g.id()).join();
    bench.sql("UPDATE generations SET aged = true WHERE id = '%s'", g.id());
    sweep.once();
    sweep.once();
    await().until(() -> queue.waitingFirst().contains(g.id()));
    assertThat(length()).isEqualTo(1);
    queue.withdraw(Priority.LOW, g.id()).join();
    sweep.once();
    sweep.once();
    await().until(() -> queue.waitingFirst().contains(g.id()));
    assertThat(length()).isEqualTo(1);
  }

  @Test
  void a_retry_has_not_waited_since_its_submission() {
    bench.provider().failNext("oops");
    Generation g = bench.accepted();
    bench.sql("UPDATE generations SET queued_at = now() - interval '11 minutes', aged = true");
    bench.finish(bench.claim(g.id()));
    bench.due(g.id());
    sweep.once();
    sweep.once();
    awaitRung(g);
    assertThat(queue.waitingFirst()).isEmpty();
  }

  @Test
  void a_pause_of_the_service_reaches_this_process() {
    house.generations().setPaused(true, "admin");
    sweep.once();
    assertThat(queue.isPaused()).isTrue();
    Generation g = bench.accepted();
    assertThat(bench.tryClaim(g.id())).isEmpty();
    house.generations().setPaused(false, "admin");
    sweep.once();
    assertThat(queue.isPaused()).isFalse();
    assertThat(bench.tryClaim(g.id())).isPresent();
  }

  @Test
  void a_page_of_attempts_that_cannot_be_settled_yet_hides_nothing_behind_it() {
    bench.provider().takes(Duration.ofHours(1));
    Generation g = bench.accepted();
    bench.until(Step.FOLLOW, g.id());
    bench.sql("UPDATE generations SET attempts = 1000 WHERE id = '%s'", g.id());
    bench.sql(
        "INSERT INTO attempts (generation_id, run, attempt, started_at)"
            + " SELECT '%s', 1, n, now() - interval '9 seconds' + n * interval '1 millisecond'"
            + " FROM generate_series(2, 700) n",
        g.id());
    sweep.once();
    sweep.once();
    await().until(() -> bench.provider().running() == 0);
  }

  private void awaitRung(Generation g) {
    await().until(() -> queue.waiting().contains(g.id()));
  }

  private int length() {
    return queue.lengths().join().values().stream().mapToInt(Integer::intValue).sum();
  }
}
