package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.events.GenerationEvent;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Draft;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Status;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a generation, and what the user is told and pays, step by step. */
class WayOfAGenerationTest {
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
  void a_generation_goes_from_the_queue_to_a_kept_video() throws IOException {
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(g.state()).isEqualTo(Status.COMPLETED);
    assertThat(g.stage()).isEqualTo("done");
    assertThat(g.percent()).isEqualTo(100);
    assertThat(g.creditsRefunded()).isZero();
    assertThat(bench.balance(g)).isEqualTo(House.START_CREDITS - 5);
    assertThat(bench.files(g.id())).hasSize(2);
    byte[] video =
        Files.readAllBytes(
            bench.files(g.id()).stream()
                .filter(f -> f.toString().endsWith(".mp4"))
                .findFirst()
                .orElseThrow());
    String bytes = new String(video, StandardCharsets.ISO_8859_1);
    assertThat(bytes.indexOf("moov")).isPositive().isLessThan(bytes.indexOf("mdat"));
    assertThat(g.posterKey()).isNotNull();
    assertThat(bench.leftovers()).isEmpty();
    assertThat(bench.provider().made()).hasSize(1);
    bench.assertSettled(g.id());
  }

  @Test
  void its_events_tell_it_in_order_and_end_with_one_end() {
    Generation g = bench.runToEnd(bench.accepted().id());
    bench.assertToldInOrder(g.id());
    assertThat(bench.story(g.id()))
        .extracting(GenerationEvent::type)
        .startsWith(
            GenerationEvent.Type.QUEUED,
            GenerationEvent.Type.STARTED,
            GenerationEvent.Type.PROGRESS)
        .endsWith(GenerationEvent.Type.PROGRESS, GenerationEvent.Type.COMPLETED);
    assertThat(bench.story(g.id()))
        .filteredOn(e -> e.type() == GenerationEvent.Type.PROGRESS)
        .extracting(e -> e.data().get("stage").asText())
        .contains("generating", "uploading");
    assertThat(
            bench.story(g.id()).get(bench.story(g.id()).size() - 1).data().get("videoUrl").asText())
        .contains(g.id());
  }

  @Test
  void the_attempt_is_kept_with_its_times_its_prediction_and_what_the_provider_says_it_cost() {
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(bench.attempts(g.id()))
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.predictionId()).isEqualTo(bench.provider().made().get(0).id());
              assertThat(attempt.endedAt()).isAfter(attempt.startedAt());
              assertThat(attempt.metrics()).contains("predict_time").contains("1.5");
              assertThat(attempt.errorCode()).isNull();
            });
  }

  @Test
  void the_prompt_is_enhanced_kept_and_sent() {
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(g.enhancedPrompt()).startsWith(g.prompt()).hasSizeGreaterThan(g.prompt().length());
    assertThat(bench.provider().made().get(0).input()).containsEntry("prompt", g.enhancedPrompt());
  }

  @Test
  void a_prompt_that_must_not_be_enhanced_is_sent_as_it_is() {
    Generation g = bench.accepted();
    bench.sql("UPDATE generations SET enhance = false WHERE id = '%s'", g.id());
    bench.runToEnd(g.id());
    assertThat(bench.provider().made().get(0).input()).containsEntry("prompt", g.prompt());
  }

  @Test
  void every_create_says_when_the_provider_shall_give_up() {
    bench.runToEnd(bench.accepted().id());
    assertThat(bench.provider().made().get(0).cancelAfter())
        .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
  }

  @Test
  void progress_is_the_providers_own_where_its_logs_tell_it() {
    bench.provider().takesPolls(10);
    Work work = bench.until(Step.FOLLOW, bench.accepted().id());
    work = bench.on(bench.on(bench.on(work)));
    assertThat(work.generation().percent()).isEqualTo(30);
    assertThat(bench.story(work.generation().id()).toString()).doesNotContain("(estimated)");
    bench.finish(work);
  }

  @Test
  void progress_is_estimated_from_time_where_the_logs_are_silent_and_never_ends_before_the_end() {
    bench.provider().withoutLogs().takesPolls(6);
    Work work = bench.on(bench.on(bench.until(Step.FOLLOW, bench.accepted().id())));
    bench.sql(
        "UPDATE attempts SET started_at = now() - interval '75 seconds' WHERE generation_id = '%s'",
        work.generation().id());
    work = bench.on(work.attempting(bench.attempts(work.generation().id()).get(0)));
    assertThat(work.generation().percent()).isBetween(49, 51);
    bench.sql(
        "UPDATE attempts SET started_at = now() - interval '900 seconds' WHERE generation_id ='%s'",
        work.generation().id());
    work = bench.on(work.attempting(bench.attempts(work.generation().id()).get(0)));
    assertThat(work.generation().percent()).isEqualTo(95);
    assertThat(bench.story(work.generation().id()).toString()).contains("(estimated)");
    bench.finish(work);
    bench.assertToldInOrder(work.generation().id());
  }

  @Test
  void progress_never_goes_back_when_another_worker_takes_over() {
    bench.provider().takesPolls(10);
    Work work = bench.until(Step.FOLLOW, bench.accepted().id());
    String id = work.generation().id();
    bench.sql("UPDATE generations SET percent = 60 WHERE id = '%s'", id);
    bench.abandon(id);
    Work other = bench.on(bench.claim(id));
    assertThat(other.generation().percent()).isEqualTo(60);
    bench.runToEndAfterAbandon(id);
    bench.assertToldInOrder(id);
  }

  @Test
  void a_transient_failure_of_the_provider_is_tried_again_after_a_pause() {
    bench.provider().failNext("CUDA out of memory");
    Generation g = bench.accepted();
    bench.finish(bench.claim(g.id()));
    Generation waits = bench.row(g.id());
    assertThat(waits.state()).isEqualTo(Status.QUEUED);
    assertThat(waits.percent()).isZero();
    assertThat(waits.creditsRefunded()).isZero();
    GenerationEvent told = bench.story(g.id()).get(bench.story(g.id()).size() - 1);
    assertThat(told.type()).isEqualTo(GenerationEvent.Type.FAILED);
    assertThat(told.terminal()).isFalse();
    assertThat(told.data().get("retryIn").asLong()).isBetween(80L, 120L);
    assertThat(bench.runToEnd(g.id()).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.row(g.id()).attempts()).isEqualTo(2);
    assertThat(bench.row(g.id()).errorCode()).isNull();
    bench.assertToldInOrder(g.id());
    assertThat(bench.attempts(g.id()))
        .extracting(Attempt::errorCode)
        .containsExactly("out_of_memory", null);
    assertThat(bench.attempts(g.id()).get(0).metrics()).contains("predict_time");
  }

  @Test
  void the_pause_before_another_attempt_is_shown_with_its_number() {
    try (Bench slow = new Bench(house, slowRetries())) {
      slow.provider().failNext("the GPU fell over");
      Generation g = slow.accepted();
      slow.finish(slow.claim(g.id()));
      var status =
          Objects.requireNonNull(house.generations().view(house.present(g.id())).queueStatus());
      assertThat(status.state()).isEqualTo("retrying");
      assertThat(status.attempt()).isEqualTo(2);
      assertThat(status.retryAt()).isNotNull();
      assertThat(slow.tryClaim(g.id())).isEmpty();
      slow.runToEnd(g.id());
    }
  }

  @Test
  void back_off_doubles_and_jitters() {
    for (int i = 0; i < 50; i++) {
      assertThat(Outcomes.backOff(Duration.ofSeconds(5), 1, Duration.ofMinutes(10)))
          .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
      assertThat(Outcomes.backOff(Duration.ofSeconds(5), 3, Duration.ofMinutes(10)))
          .isBetween(Duration.ofSeconds(16), Duration.ofSeconds(24));
      assertThat(Outcomes.backOff(Duration.ofSeconds(5), 40, Duration.ofMinutes(10)))
          .isLessThanOrEqualTo(Duration.ofMinutes(10));
    }
  }

  @Test
  void after_the_last_attempt_it_is_failed_and_everything_is_refunded() {
    bench.provider().failNext("oops", "oops", "oops");
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(g.state()).isEqualTo(Status.FAILED);
    assertThat(g.errorCode()).isEqualTo("provider_error");
    assertThat(g.errorMessage()).doesNotContain("oops");
    assertThat(g.attempts()).isEqualTo(3);
    assertThat(g.creditsRefunded()).isEqualTo(5);
    assertThat(bench.balance(g)).isEqualTo(House.START_CREDITS);
    bench.assertToldInOrder(g.id());
    bench.assertSettled(g.id());
  }

  @Test
  void what_the_content_policy_refuses_is_refunded_at_once() {
    bench.provider().failNext("The content was flagged as sensitive (E005)");
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(g.errorCode()).isEqualTo("content_policy");
    assertThat(g.attempts()).isEqualTo(1);
    assertThat(bench.balance(g)).isEqualTo(House.START_CREDITS);
    bench.assertToldInOrder(g.id());
  }

  @Test
  void values_that_the_model_refuses_are_refunded_at_once() {
    bench.provider().next(Call.CREATE, Fault.invalid("duration"));
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(g.errorCode()).isEqualTo("provider_refused_input");
    assertThat(g.attempts()).isEqualTo(1);
    assertThat(bench.balance(g)).isEqualTo(House.START_CREDITS);
    assertThat(bench.provider().made()).isEmpty();
  }

  @Test
  void trouble_with_the_operators_account_is_waited_for_and_nobodys_attempt() {
    bench.provider().next(Call.CREATE, Fault.status(401), Fault.status(402));
    Generation g = bench.accepted();
    Work work = bench.until(Step.CREATE, g.id());
    assertThat(bench.once(work))
        .isInstanceOfSatisfying(
            Next.Again.class, again -> assertThat(again.in()).isGreaterThan(Duration.ofSeconds(5)));
    Generation done = bench.runToEndAfterAbandon(g.id());
    assertThat(done.state()).isEqualTo(Status.COMPLETED);
    assertThat(done.attempts()).isEqualTo(1);
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void a_provider_that_asks_for_patience_gets_it() {
    bench.provider().next(Call.CREATE, Fault.rateLimited("120"));
    Generation g = bench.accepted();
    Work work = bench.until(Step.CREATE, g.id());
    Next next = bench.once(work);
    assertThat(next)
        .isInstanceOfSatisfying(
            Next.Again.class,
            again -> {
              assertThat(again.in()).isBetween(Duration.ofSeconds(110), Duration.ofSeconds(130));
              assertThat(again.work().step()).isEqualTo(Step.CREATE);
            });
    assertThat(bench.row(g.id()).attempts()).isEqualTo(1);
  }

  @Test
  void the_time_of_an_attempt_begins_when_it_is_really_asked_for() {
    bench.provider().next(Call.CREATE, Fault.status(401));
    Generation g = bench.accepted();
    Work waits = bench.on(bench.until(Step.CREATE, g.id()));
    bench.sql("UPDATE attempts SET started_at = now() - interval '1 hour'");
    bench.sql(
        "UPDATE generations SET deadline_at = now() - interval '55 minutes' WHERE id = '%s'",
        g.id());
    Work follows = bench.until(Step.FOLLOW, waits);
    assertThat(Objects.requireNonNull(follows.attempt()).startedAt())
        .isAfter(bench.clock().instant().minusSeconds(60));
    assertThat(follows.overdue(bench.clock().instant())).isFalse();
    bench.finish(follows);
    assertThat(bench.row(g.id()).attempts()).isEqualTo(1);
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void an_open_circuit_is_waited_for() {
    bench.provider().always(Call.GET, Fault.status(500));
    Generation g = bench.accepted();
    Work work = bench.until(Step.CREATE, g.id());
    while (bench.replicate().circuit() != Replicate.Circuit.OPEN) {
      assertThat(bench.replicate().get("pred1")).failsWithin(Duration.ofSeconds(10));
    }
    Work waits = bench.on(work);
    assertThat(waits.step()).isEqualTo(Step.CREATE);
    assertThat(bench.provider().made()).isEmpty();
    bench.provider().heal();
    Awaitility.await().until(() -> bench.on(waits).step() == Step.FOLLOW);
    assertThat(bench.runToEndAfterAbandon(g.id()).attempts()).isEqualTo(1);
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void a_time_out_stops_the_prediction_and_spends_the_attempt() {
    bench.provider().takes(Duration.ofHours(1));
    Generation g = bench.accepted();
    Work work = bench.until(Step.FOLLOW, g.id());
    bench.clock().step(Duration.ofSeconds(301));
    bench.finish(work);
    assertThat(bench.row(g.id()).state()).isEqualTo(Status.QUEUED);
    assertThat(bench.attempts(g.id()).get(0).errorCode()).isEqualTo("timeout");
    bench.assertSettled(g.id());
    assertThat(bench.provider().made())
        .singleElement()
        .satisfies(made -> assertThat(made.cancels()).isPositive());
  }

  @Test
  void what_was_rendered_while_nobody_looked_is_not_rendered_again() {
    Generation g = bench.accepted();
    bench.until(Step.FOLLOW, g.id());
    bench.provider().made().get(0).end("succeeded");
    bench.sql(
        "UPDATE generations SET deadline_at = now() - interval '1 hour' WHERE id = '%s'", g.id());
    assertThat(bench.runToEndAfterAbandon(g.id()).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void a_long_estimate_is_given_twice_its_time() {
    Draft long15 = house.draft(House.anyone(), Plan.PRO, 15);
    Generation g = house.accepted(long15);
    Work work = bench.until(Step.FOLLOW, g.id());
    assertThat(Duration.between(bench.clock().instant(), work.generation().deadlineAt()))
        .isBetween(Duration.ofSeconds(500), Duration.ofSeconds(900));
    bench.finish(work);
  }

  @Test
  void a_prediction_that_the_provider_stopped_or_forgot_is_another_attempt() {
    Generation g = bench.accepted();
    Work work = bench.until(Step.FOLLOW, g.id());
    bench.provider().made().get(0).end("aborted");
    bench.finish(work);
    assertThat(bench.attempts(g.id()).get(0).errorCode()).isEqualTo("provider_stopped");
    bench.due(g.id());
    Work second = bench.until(Step.FOLLOW, g.id());
    bench.provider().next(Call.GET, Fault.status(404));
    bench.finish(second);
    assertThat(bench.attempts(g.id()).get(1).errorCode()).isEqualTo("provider_lost_it");
    assertThat(bench.runToEnd(g.id()).state()).isEqualTo(Status.COMPLETED);
  }

  private static PipelineSettings slowRetries() {
    PipelineSettings s = Bench.SETTINGS;
    return new PipelineSettings(
        s.lease(),
        s.pollInterval(),
        s.leastTimeout(),
        s.maxAttempts(),
        Duration.ofSeconds(60),
        s.maxWait(),
        s.maxOutputBytes());
  }
}
