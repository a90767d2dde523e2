package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Status;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Leases and fences: who lost a generation writes nothing, who takes it over goes on where it
 * stood.
 */
class LeaseTest {
  private static House house;
  private Bench bench;

  @BeforeAll
  static void open() {
    house = new House();
  }

  @AfterAll
  static void audit() {
    Ledgers.assertSound(house.jdbi());
    house.close();
  }

  @BeforeEach
  void begin() {
    bench = new Bench(house);
  }

  @AfterEach
  void end() {
    bench.close();
  }

  @Test
  void one_that_is_rung_twice_is_claimed_once() {
    Generation g = bench.accepted();
    bench.claim(g.id());
    assertThat(bench.tryClaim(g.id())).isEmpty();
    assertThat(bench.row(g.id()).attempts()).isEqualTo(1);
  }

  @Test
  void one_that_is_rung_a_hundred_times_at_once_is_claimed_once() {
    Generation g = bench.accepted();
    long claims =
        IntStream.range(0, 100).parallel().filter(i -> bench.tryClaim(g.id()).isPresent()).count();
    assertThat(claims).isEqualTo(1);
    assertThat(bench.row(g.id()).attempts()).isEqualTo(1);
  }

  @Test
  void a_zombie_writes_nothing_at_any_step() {
    for (Step step : new Step[] {Step.ENHANCE, Step.CREATE, Step.FOLLOW}) {
      String id = bench.accepted().id();
      Work zombie = bench.until(step, id);
      bench.abandon(id);
      bench.claim(id);
      Generation before = bench.row(id);
      assertThat(bench.once(zombie)).as("%s", step).isInstanceOf(Next.Done.class);
      assertThat(bench.row(id)).as("%s", step).isEqualTo(before);
    }
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void a_zombie_can_neither_fail_nor_retry_nor_complete() {
    String id = bench.accepted().id();
    Work zombie = bench.until(Step.FOLLOW, id);
    bench.abandon(id);
    bench.claim(id);
    Generation before = bench.row(id);
    Outcomes outcomes = new Outcomes(bench.transitions(), Bench.SETTINGS);
    outcomes.failed(zombie, "x", "x", true);
    outcomes.attemptFailed(zombie, "x", "x", true);
    outcomes.timedOut(zombie);
    bench.transitions().completed(zombie.generation(), "x", null, null);
    bench.transitions().giveBack(Map.of(id, zombie.generation().leaseToken()));
    assertThat(
            bench
                .transitions()
                .renew(Map.of(id, zombie.generation().leaseToken()), Duration.ofHours(1)))
        .isEmpty();
    assertThat(bench.row(id)).isEqualTo(before);
    assertThat(bench.attempts(id)).allMatch(attempt -> attempt.endedAt() == null);
  }

  @Test
  void what_a_zombie_has_stored_is_not_the_rows_and_does_not_stay() {
    String id = bench.accepted().id();
    Work zombie = bench.until(Step.COLLECT, id);
    bench.abandon(id);
    Work other = bench.claim(id);
    bench.finish(other);
    Generation done = bench.row(id);
    assertThat(bench.once(zombie)).isInstanceOf(Next.Done.class);
    assertThat(bench.row(id)).isEqualTo(done);
    assertThat(done.videoKey()).contains(String.valueOf(other.generation().leaseToken()));
    assertThat(bench.files(id))
        .hasSize(2)
        .allMatch(f -> f.toString().contains("/" + other.generation().leaseToken() + "/"));
    bench.assertToldInOrder(id);
  }

  @Test
  void a_completed_video_stays_and_is_told_when_the_answer_to_its_last_write_was_lost() {
    String id = bench.accepted().id();
    Work work = bench.until(Step.COLLECT, id);
    String key = id + "/" + work.generation().leaseToken() + "/video.mp4";
    bench
        .shelf()
        .meanwhile(
            () ->
                bench.sql(
                    "UPDATE generations SET status = 'completed', stage = 'done', percent = 100,"
                        + " completed_at = now(), video_key = '%s', deadline_at = NULL,"
                        + " lease_token = NULL, lease_owner = NULL, lease_until = NULL,"
                        + " seq = seq + 1 WHERE id = '%s'",
                    key, id));
    assertThat(bench.once(work)).isInstanceOf(Next.Done.class);
    assertThat(bench.row(id).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.files(id)).hasSize(2);
    bench.assertToldInOrder(id);
  }

  @Test
  void a_worker_that_dies_after_every_single_step_costs_time_and_nothing_else() {
    String id = bench.accepted().id();
    for (int i = 0; i < 20 && !bench.row(id).state().terminal(); i++) {
      Work work = bench.claim(id);
      // After a takeover the output's address is asked for before it is fetched.
      bench.once(work.step() == Step.COLLECT ? bench.on(work) : work);
      bench.abandon(id);
      bench.sql("UPDATE generations SET crashes = 0 WHERE id = '%s'", id);
    }
    assertThat(bench.row(id).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.row(id).attempts()).isEqualTo(1);
    assertThat(bench.provider().made()).hasSize(1);
    bench.assertToldInOrder(id);
  }

  @Test
  void two_deaths_of_workers_spend_no_attempt_and_the_third_spends_one() {
    String id = bench.accepted().id();
    for (int deaths = 0; deaths < 2; deaths++) {
      bench.on(bench.claim(id));
      bench.abandon(id);
    }
    Work third = bench.on(bench.claim(id));
    assertThat(third.generation().crashes()).isEqualTo(2);
    assertThat(third.generation().attempts()).isEqualTo(1);
    bench.abandon(id);
    bench.finish(bench.claim(id));
    assertThat(bench.row(id).state()).isEqualTo(Status.QUEUED);
    assertThat(bench.attempts(id).get(0).errorCode()).isEqualTo("worker_lost");
    assertThat(bench.runToEnd(id).attempts()).isEqualTo(2);
    bench.assertToldInOrder(id);
    bench.assertSettled(id);
  }

  @Test
  void a_generation_that_kills_every_worker_is_failed_and_refunded() {
    String id = bench.accepted().id();
    for (int deaths = 0; deaths < 9; deaths++) {
      bench.due(id);
      Work work = bench.claim(id);
      if (work.generation().crashes() == 3) {
        bench.finish(work);
        bench.due(id);
        bench.claim(id);
      }
      bench.abandon(id);
    }
    Generation failed = bench.runToEnd(id);
    assertThat(failed.state()).isEqualTo(Status.FAILED);
    assertThat(failed.errorCode()).isEqualTo("worker_lost");
    assertThat(failed.creditsRefunded()).isEqualTo(5);
    assertThat(bench.provider().made()).isEmpty();
  }

  @Test
  void what_is_given_back_in_order_spends_nothing_and_goes_on_at_once() {
    String id = bench.accepted().id();
    for (int i = 0; i < 5; i++) {
      Work work = bench.on(bench.claim(id));
      bench.transitions().giveBack(Map.of(id, work.generation().leaseToken()));
      assertThat(bench.once(work)).isInstanceOf(Next.Done.class);
    }
    Generation done = bench.runToEnd(id);
    assertThat(done.state()).isEqualTo(Status.COMPLETED);
    assertThat(done.attempts()).isEqualTo(1);
    assertThat(done.crashes()).isZero();
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void a_lease_that_ran_out_but_that_nobody_took_is_still_ones_own() {
    String id = bench.accepted().id();
    Work work = bench.until(Step.FOLLOW, id);
    bench.abandon(id);
    assertThat(
            bench
                .transitions()
                .renew(Map.of(id, work.generation().leaseToken()), Duration.ofSeconds(30)))
        .hasSize(1);
    assertThat(bench.tryClaim(id)).isEmpty();
    bench.finish(work);
    assertThat(bench.row(id).state()).isEqualTo(Status.COMPLETED);
  }
}
