package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Status;
import com.jadariselabs.video.replicate.CreatePrediction;
import com.jadariselabs.video.replicate.Prediction;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The provider is paid once, whatever becomes of answers, workers and leases. */
class CreatedOnceTest {
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
  void the_prediction_of_a_dropped_answer_is_found_and_adopted() {
    assertAdopted(Fault.drop().afterEffect());
  }

  @Test
  void the_prediction_of_an_answer_that_says_500_is_found_and_adopted() {
    assertAdopted(Fault.status(500).afterEffect());
  }

  @Test
  void the_prediction_of_an_answer_that_never_comes_is_found_and_adopted() {
    assertAdopted(Fault.hang().afterEffect());
  }

  @Test
  void the_prediction_of_an_answer_that_nobody_can_read_is_found_and_adopted() {
    assertAdopted(Fault.garbage());
  }

  private void assertAdopted(Fault fault) {
    bench.provider().next(Call.CREATE, fault);
    Generation g = bench.accepted();
    Work lost = bench.on(bench.until(Step.CREATE, g.id()));
    assertThat(lost.step()).isEqualTo(Step.RECOVER);
    Work found = bench.on(lost);
    assertThat(found.step()).isEqualTo(Step.FOLLOW);
    bench.finish(found);
    assertThat(bench.row(g.id()).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.row(g.id()).attempts()).isEqualTo(1);
    assertThat(bench.provider().made()).hasSize(1);
    bench.assertToldInOrder(g.id());
  }

  @Test
  void a_create_that_never_arrived_is_another_attempt_and_one_prediction_in_the_end() {
    bench.provider().next(Call.CREATE, Fault.drop());
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(g.state()).isEqualTo(Status.COMPLETED);
    assertThat(g.attempts()).isEqualTo(2);
    assertThat(bench.provider().made()).hasSize(1);
    assertThat(bench.provider().calls(Call.LIST)).isEqualTo(3);
  }

  @Test
  void a_worker_that_died_before_the_create_leaves_it_to_the_next_one_with_the_same_input() {
    Work work = bench.until(Step.CREATE, bench.accepted().id());
    String id = work.generation().id();
    begun(work, "{\"prompt\":\"as recorded\",\"seed\":5}");
    bench.abandon(id);
    Generation done = bench.runToEnd(id);
    assertThat(done.state()).isEqualTo(Status.COMPLETED);
    assertThat(done.attempts()).isEqualTo(1);
    assertThat(bench.provider().made())
        .singleElement()
        .satisfies(made -> assertThat(made.input()).containsEntry("prompt", "as recorded"));
  }

  @Test
  void a_worker_that_died_before_it_saved_the_id_leaves_an_orphan_that_is_adopted() {
    Work work = bench.until(Step.CREATE, bench.accepted().id());
    String id = work.generation().id();
    begun(work, "{\"prompt\":\"a lion\",\"seed\":5}");
    Prediction orphan = made("a lion", 5);
    bench.abandon(id);
    Generation done = bench.runToEnd(id);
    assertThat(done.state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.provider().made()).hasSize(1);
    assertThat(bench.attempts(id)).extracting(Attempt::predictionId).containsExactly(orphan.id());
  }

  @Test
  void a_worker_whose_database_failed_when_it_had_the_answer_does_not_ask_again() {
    Work work = bench.until(Step.CREATE, bench.accepted().id());
    begun(work, "{\"prompt\":\"a lion\",\"seed\":5}");
    made("a lion", 5);
    Work again = bench.on(work.interrupted());
    assertThat(again.step()).isEqualTo(Step.RECOVER);
    bench.finish(again);
    assertThat(bench.provider().made()).hasSize(1);
    assertThat(bench.row(work.generation().id()).state()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void a_create_that_is_done_twice_by_mistake_finds_its_own_prediction() {
    Work work = bench.until(Step.CREATE, bench.accepted().id());
    bench.on(work);
    Work second = bench.on(work);
    assertThat(second.step()).isEqualTo(Step.FOLLOW);
    bench.finish(second);
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void a_late_answer_does_not_stop_what_another_worker_has_adopted() {
    Work late = bench.until(Step.CREATE, bench.accepted().id());
    String id = late.generation().id();
    bench.provider().takesPolls(50).next(Call.CREATE, Fault.drip(Duration.ofMillis(2)));
    CompletableFuture<Next> answer = bench.begin(late);
    Awaitility.await().until(() -> bench.provider().made().size() == 1);
    bench.abandon(id);
    Work other = bench.until(Step.FOLLOW, id);
    assertThat(answer).isNotDone();
    assertThat(Bench.join(answer)).isInstanceOf(Next.Done.class);
    bench.settlement().settle(id);
    bench.finish(other);
    assertThat(bench.row(id).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.provider().made())
        .singleElement()
        .satisfies(made -> assertThat(made.cancels()).isZero());
  }

  @Test
  void a_late_answer_is_saved_for_the_worker_who_holds_the_lease_now() {
    Work late = bench.until(Step.CREATE, bench.accepted().id());
    String id = late.generation().id();
    bench.provider().next(Call.CREATE, Fault.drip(Duration.ofMillis(1)));
    CompletableFuture<Next> answer = bench.begin(late);
    Awaitility.await().until(() -> bench.provider().made().size() == 1);
    bench.abandon(id);
    Work other = bench.claim(id);
    assertThat(other.step()).isEqualTo(Step.RECOVER);
    Bench.join(answer);
    bench.settlement().settle(id);
    other = bench.on(other);
    assertThat(other.step()).isEqualTo(Step.FOLLOW);
    assertThat(bench.provider().calls(Call.LIST)).isZero();
    bench.finish(other);
    assertThat(bench.provider().made()).hasSize(1);
    assertThat(bench.row(id).state()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void the_orphan_of_a_cancelled_generation_is_looked_for_and_stopped() {
    bench.provider().takes(Duration.ofHours(1)).next(Call.CREATE, Fault.drop().afterEffect());
    Generation g = bench.accepted();
    bench.on(bench.until(Step.CREATE, g.id()));
    house.generations().cancel(g.userId(), g.id());
    bench.clock().step(Duration.ofSeconds(11));
    bench.assertSettled(g.id());
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void an_attempt_whose_prediction_never_appears_is_given_up_after_some_minutes() {
    bench.provider().next(Call.CREATE, Fault.drop());
    Generation g = bench.accepted();
    bench.on(bench.until(Step.CREATE, g.id()));
    house.generations().cancel(g.userId(), g.id());
    bench.clock().step(Duration.ofSeconds(11));
    bench.settlement().settle(g.id());
    Awaitility.await().until(() -> bench.provider().calls(Call.LIST) == 1);
    for (int i = 0; i < 5; i++) {
      bench.settlement().settle(g.id());
    }
    assertThat(bench.attempts(g.id())).noneMatch(Attempt::over);
    bench.clock().step(Duration.ofMinutes(6));
    bench.assertSettled(g.id());
    assertThat(bench.provider().calls(Call.LIST)).isEqualTo(2);
  }

  @Test
  void settling_one_leaves_alone_what_another_of_the_same_input_is_just_asking_for() {
    Generation lost = house.accepted(house.draft(House.anyone(), Plan.FREE, 5));
    Generation alive = house.accepted(house.draft(House.anyone(), Plan.FREE, 5));
    bench.sql("UPDATE generations SET seed = 7 WHERE id IN ('%s', '%s')", lost.id(), alive.id());
    bench.provider().next(Call.CREATE, Fault.drop());
    bench.on(bench.until(Step.CREATE, lost.id()));
    house.generations().cancel(lost.userId(), lost.id());
    Work work = bench.until(Step.CREATE, alive.id());
    bench.provider().takesPolls(50).next(Call.CREATE, Fault.drip(Duration.ofMillis(2)));
    CompletableFuture<Next> answer = bench.begin(work);
    Awaitility.await().until(() -> bench.provider().made().size() == 1);
    bench.clock().step(Duration.ofSeconds(11));
    bench.settlement().settle(lost.id());
    Awaitility.await().until(() -> bench.provider().calls(Call.LIST) == 1);
    bench.finish(((Next.Again) Bench.join(answer)).work());
    assertThat(bench.row(alive.id()).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.provider().made())
        .singleElement()
        .satisfies(made -> assertThat(made.cancels()).isZero());
  }

  @Test
  void an_attempt_that_was_settled_meanwhile_is_spent_and_not_asked_for() {
    Work work = bench.until(Step.CREATE, bench.accepted().id());
    String id = work.generation().id();
    bench.attempts().over(begun(work, "{}"));
    bench.finish(work);
    assertThat(bench.row(id).state()).isEqualTo(Status.QUEUED);
    assertThat(bench.provider().made()).isEmpty();
    assertThat(bench.runToEnd(id).attempts()).isEqualTo(2);
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void no_prediction_becomes_two_attempts() {
    Work one = bench.until(Step.CREATE, bench.accepted().id());
    Work two = bench.until(Step.CREATE, bench.accepted().id());
    Attempt first = begun(one, "{}");
    Attempt second = begun(two, "{}");
    assertThat(bench.attempts().predictionKnown(first, "shared" + first.generationId())).isTrue();
    assertThat(bench.attempts().predictionKnown(second, "shared" + first.generationId())).isFalse();
    assertThat(bench.attempts(second.generationId()).get(0).state()).isEqualTo("creating");
  }

  private Attempt begun(Work work, String input) {
    return bench
        .attempts()
        .begin(work.generation(), input, Duration.ofMinutes(5), false)
        .orElseThrow()
        .attempt();
  }

  private Prediction made(String prompt, int seed) {
    return bench
        .replicate()
        .create(
            new CreatePrediction(
                "wan-video/wan-2.7-t2v",
                null,
                Map.of("prompt", prompt, "seed", seed),
                Duration.ofMinutes(5),
                null,
                List.of()))
        .join();
  }
}
