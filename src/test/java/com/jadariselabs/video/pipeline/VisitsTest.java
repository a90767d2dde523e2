package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Status;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The generations that a process holds: slots, heartbeat, the end of the process. */
class VisitsTest {
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
    bench = new Bench(house).listening();
  }

  @AfterEach
  void end() {
    bench.visits().stop(Duration.ZERO);
    bench.close();
  }

  @Test
  void a_visit_keeps_its_slot_until_the_generation_has_ended() {
    Generation g = bench.accepted();
    CompletableFuture<Void> slot = visit(g);
    await().until(slot::isDone);
    assertThat(bench.row(g.id()).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.visits().size()).isZero();
    bench.assertToldInOrder(g.id());
  }

  @Test
  void its_calls_to_the_provider_belong_to_the_trace_that_it_was_submitted_in() {
    Generation g = bench.accepted();
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    bench.sql("UPDATE generations SET trace_id = '%s' WHERE id = '%s'", trace, g.id());
    CompletableFuture<Void> slot = visit(g);
    await().until(slot::isDone);
    assertThat(bench.provider().received())
        .filteredOn(request -> request.call() != Call.OUTPUT)
        .hasSizeGreaterThan(1)
        .allSatisfy(request -> assertThat(request.trace()).startsWith("00-" + trace));
  }

  @Test
  void what_cannot_be_claimed_frees_its_slot_at_once() {
    Generation g = bench.runToEnd(bench.accepted().id());
    await().until(visit(g)::isDone);
    assertThat(visit(g)).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void a_cancel_frees_the_slot_while_a_step_is_under_way_and_its_late_end_does_no_harm() {
    bench.provider().takes(Duration.ofHours(1)).always(Call.GET, Fault.hang());
    Generation g = bench.accepted();
    CompletableFuture<Void> slot = visit(g);
    await().until(() -> bench.provider().calls(Call.GET) > 0);
    house.generations().cancel(g.userId(), g.id());
    assertThat(slot).isDone();
    bench.assertSettled(g.id());
    bench.provider().heal();
    await().until(() -> bench.provider().calls(Call.GET) > 1);
    bench.assertToldInOrder(g.id());
    assertThat(bench.row(g.id()).state()).isEqualTo(Status.CANCELLED);
    assertThat(bench.visits().size()).isZero();
  }

  @Test
  void late_news_of_an_earlier_runs_end_do_not_take_the_lease_of_the_present_one() {
    bench.provider().takes(Duration.ofHours(1));
    Generation g = bench.accepted();
    CompletableFuture<Void> slot = visit(g);
    await().until(() -> bench.provider().running() == 1);
    bench.visits().ended(g.id(), g.seq());
    assertThat(slot).isNotDone();
    assertThat(bench.visits().holds(g.id())).isTrue();
    house.generations().cancel(g.userId(), g.id());
    assertThat(slot).isDone();
    bench.assertSettled(g.id());
  }

  @Test
  void the_heartbeat_prolongs_what_is_held_and_lets_go_of_what_was_lost() {
    bench.provider().takes(Duration.ofHours(1));
    Generation kept = bench.accepted();
    Generation lost = bench.accepted();
    CompletableFuture<Void> keptSlot = visit(kept);
    CompletableFuture<Void> lostSlot = visit(lost);
    await().until(() -> bench.provider().made().size() == 2 && predictionsSaved(kept, lost));
    bench.abandon(kept.id());
    bench.abandon(lost.id());
    bench.claim(lost.id());
    bench.visits().heartbeat();
    assertThat(keptSlot).isNotDone();
    assertThat(lostSlot).isDone();
    assertThat(bench.visits().holds(lost.id())).isFalse();
    assertThat(bench.tryClaim(kept.id())).isEmpty();
    assertThat(bench.provider().running()).isEqualTo(2);
    house.generations().cancel(kept.userId(), kept.id());
    house.generations().cancel(lost.userId(), lost.id());
  }

  @Test
  void the_end_of_the_process_gives_back_what_is_not_nearly_done_and_finishes_what_is()
      throws InterruptedException {
    CountDownLatch storing = new CountDownLatch(1);
    CountDownLatch stored = new CountDownLatch(1);
    bench
        .shelf()
        .meanwhile(
            () -> {
              storing.countDown();
              wait(stored);
            });
    Generation nearly = bench.accepted();
    visit(nearly);
    storing.await();
    bench.provider().takes(Duration.ofHours(1));
    Generation running = bench.accepted();
    visit(running);
    await().until(() -> predictionsSaved(running));
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(() -> bench.visits().stop(Duration.ofSeconds(15)));
    await().until(() -> bench.row(running.id()).leaseToken() == null);
    assertThat(bench.visits().holds(nearly.id())).isTrue();
    assertThat(end).isNotDone();
    stored.countDown();
    assertThat(end).succeedsWithin(Duration.ofSeconds(10));
    assertThat(bench.row(nearly.id()).state()).isEqualTo(Status.COMPLETED);
    assertThat(bench.row(running.id()).state()).isEqualTo(Status.PROCESSING);
    assertThat(bench.claim(running.id()).generation())
        .satisfies(g -> assertThat(g.attempts()).isEqualTo(1))
        .satisfies(g -> assertThat(g.crashes()).isZero());
    house.generations().cancel(running.userId(), running.id());
  }

  @Test
  void what_is_nearly_done_for_too_long_is_given_back_and_its_late_end_finds_its_fence_gone()
      throws InterruptedException {
    CountDownLatch storing = new CountDownLatch(1);
    CountDownLatch stored = new CountDownLatch(1);
    bench
        .shelf()
        .meanwhile(
            () -> {
              storing.countDown();
              wait(stored);
            });
    Generation g = bench.accepted();
    visit(g);
    storing.await();
    bench.visits().stop(Duration.ofMillis(100));
    Generation given = bench.row(g.id());
    assertThat(given.state()).isEqualTo(Status.PROCESSING);
    assertThat(given.leaseToken()).isNull();
    stored.countDown();
    await()
        .untilAsserted(
            () -> {
              assertThat(bench.files(g.id())).isEmpty();
              assertThat(bench.leftovers()).isEmpty();
            });
    assertThat(bench.row(g.id())).isEqualTo(given);
    Generation done = bench.runToEnd(g.id());
    assertThat(done.state()).isEqualTo(Status.COMPLETED);
    assertThat(done.attempts()).isEqualTo(1);
    assertThat(bench.provider().made()).hasSize(1);
  }

  @Test
  void nothing_is_claimed_once_the_process_ends() {
    bench.visits().stop(Duration.ZERO);
    Generation g = bench.accepted();
    assertThat(visit(g)).isDone();
    assertThat(bench.row(g.id()).state()).isEqualTo(Status.QUEUED);
  }

  @Test
  void a_step_that_breaks_off_again_and_again_is_a_failed_attempt_and_not_a_lost_slot() {
    Generation g = bench.accepted();
    Work work = bench.until(Step.CREATE, g.id());
    bench.attempts().begin(work.generation(), "no JSON", Duration.ofMinutes(5), false);
    bench.abandon(g.id());
    CompletableFuture<Void> slot = visit(g);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              bench.visits().nudge(g.id());
              return slot.isDone();
            });
    assertThat(bench.attempts(g.id()))
        .extracting(Attempt::errorCode)
        .containsExactly("internal_error");
    assertThat(bench.row(g.id()).state()).isEqualTo(Status.QUEUED);
    house.generations().cancel(g.userId(), g.id());
  }

  @Test
  void a_step_that_breaks_off_after_its_lease_was_given_back_is_no_cause_for_a_warning() {
    ListAppender<ILoggingEvent> lines = listener();
    Logger logger = (Logger) LoggerFactory.getLogger(Held.class);
    Level before = logger.getLevel();
    logger.setLevel(Level.DEBUG);
    lines.start();
    logger.addAppender(lines);
    try {
      bench.provider().takes(Duration.ofHours(1)).always(Call.GET, Fault.hang());
      Generation g = bench.accepted();
      visit(g);
      await().until(() -> bench.provider().calls(Call.GET) > 0);
      bench.visits().stop(Duration.ZERO);
      bench.endSteps();
      bench.provider().heal();
      await().until(() -> !lines.list.isEmpty());
      assertThat(lines.list)
          .singleElement()
          .satisfies(line -> assertThat(line.getLevel()).isEqualTo(Level.DEBUG))
          .satisfies(line -> assertThat(line.getMDCPropertyMap()).containsValue(g.id()));
      assertThat(bench.row(g.id()).leaseToken()).isNull();
      house.generations().cancel(g.userId(), g.id());
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(before);
    }
  }

  private static ListAppender<ILoggingEvent> listener() {
    return new ListAppender<>() {
      @Override
      protected void append(ILoggingEvent line) {
        line.prepareForDeferredProcessing();
        super.append(line);
      }
    };
  }

  @Test
  void every_line_about_a_change_of_state_says_whose_it_is() {
    ListAppender<ILoggingEvent> lines = listener();
    Logger logger = (Logger) LoggerFactory.getLogger("com.jadariselabs.video");
    Level before = logger.getLevel();
    logger.setLevel(Level.INFO);
    lines.start();
    logger.addAppender(lines);
    Generation g;
    try {
      bench.provider().failNext("oops");
      g = bench.accepted();
      await().until(visit(g)::isDone);
      await().untilAsserted(() -> assertThat(bench.row(g.id()).state()).isEqualTo(Status.QUEUED));
      bench.due(g.id());
      await().until(visit(g)::isDone);
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(before);
    }
    List<ILoggingEvent> told =
        List.copyOf(lines.list).stream()
            .filter(line -> g.id().equals(line.getMDCPropertyMap().get("generationId")))
            .toList();
    assertThat(told)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.startsWith("started attempt 1"))
        .anyMatch(line -> line.startsWith("attempt 1 failed (provider_error), another in"))
        .anyMatch(line -> line.startsWith("started attempt 2"))
        .anyMatch(line -> line.equals("completed"));
    assertThat(told)
        .allSatisfy(
            line ->
                assertThat(line.getMDCPropertyMap())
                    .containsEntry("traceId", g.traceId())
                    .containsEntry("userId", g.userId()));
  }

  private CompletableFuture<Void> visit(Generation g) {
    return bench.visits().visit("worker", g.id()).toCompletableFuture();
  }

  private boolean predictionsSaved(Generation... all) {
    return List.of(all).stream()
        .allMatch(g -> bench.attempts(g.id()).stream().anyMatch(a -> a.predictionId() != null));
  }

  private static void wait(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
