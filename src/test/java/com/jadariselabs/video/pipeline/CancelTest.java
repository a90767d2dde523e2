package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.generation.Cancellation;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Status;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cancel, wherever it finds the generation. */
class CancelTest {
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
  void one_that_waits_is_refunded_in_full() {
    Generation g = bench.accepted();
    assertCancelled(g, 5);
    assertThat(bench.tryClaim(g.id())).isEmpty();
    assertThat(bench.provider().made()).isEmpty();
  }

  @Test
  void one_that_waits_for_another_attempt_is_refunded_in_full() {
    bench.provider().failNext("oops");
    Generation g = bench.accepted();
    bench.finish(bench.claim(g.id()));
    assertCancelled(g, 5);
    bench.assertSettled(g.id());
  }

  @Test
  void one_whose_prompt_is_enhanced_is_refunded_in_full() {
    Generation g = bench.accepted();
    Work work = bench.claim(g.id());
    assertCancelled(g, 5);
    assertThat(bench.once(work)).isInstanceOf(Next.Done.class);
    assertThat(bench.provider().made()).isEmpty();
  }

  @Test
  void one_that_is_about_to_be_asked_for_is_not_asked_for() {
    Generation g = bench.accepted();
    Work work = bench.until(Step.CREATE, g.id());
    assertCancelled(g, 5);
    assertThat(bench.once(work)).isInstanceOf(Next.Done.class);
    assertThat(bench.provider().made()).isEmpty();
    assertThat(bench.attempts(g.id())).isEmpty();
  }

  @Test
  void one_whose_create_is_on_its_way_is_stopped_at_the_provider_when_the_answer_comes() {
    Generation g = bench.accepted();
    Work work = bench.until(Step.CREATE, g.id());
    bench.provider().takes(Duration.ofHours(1)).next(Call.CREATE, Fault.drip(Duration.ofMillis(1)));
    CompletableFuture<Next> answer = bench.begin(work);
    Awaitility.await().until(() -> bench.provider().made().size() == 1);
    assertCancelled(g, 5);
    assertThat(Bench.join(answer)).isInstanceOf(Next.Done.class);
    bench.assertSettled(g.id());
  }

  @Test
  void one_that_is_rendered_is_stopped_and_pays_for_what_was_rendered() {
    bench.provider().takesPolls(10);
    Generation g = bench.accepted();
    Work work = bench.until(Step.FOLLOW, g.id());
    work = bench.on(bench.on(bench.on(work)));
    assertThat(work.generation().percent()).isEqualTo(30);
    assertCancelled(g, 3);
    assertThat(bench.row(g.id()).percent()).isEqualTo(30);
    assertThat(bench.once(work)).isInstanceOf(Next.Done.class);
    bench.assertSettled(g.id());
    assertThat(bench.provider().made().get(0).status()).isEqualTo("canceled");
  }

  @Test
  void one_that_is_rendered_and_being_fetched_is_paid() {
    Generation g = bench.accepted();
    Work work = bench.until(Step.COLLECT, g.id());
    assertCancelled(g, 0);
    assertThat(bench.once(work)).isInstanceOf(Next.Done.class);
    assertThat(bench.files(g.id())).isEmpty();
    bench.assertSettled(g.id());
  }

  @Test
  void one_whose_video_is_just_being_stored_leaves_no_file() {
    Generation g = bench.accepted();
    Work work = bench.until(Step.COLLECT, g.id());
    bench.shelf().meanwhile(() -> assertCancelled(g, 0));
    assertThat(bench.once(work)).isInstanceOf(Next.Done.class);
    assertThat(bench.row(g.id()).state()).isEqualTo(Status.CANCELLED);
    assertThat(bench.files(g.id())).isEmpty();
    assertThat(bench.leftovers()).isEmpty();
    bench.assertToldInOrder(g.id());
  }

  @Test
  void one_that_has_ended_cannot_be_cancelled_and_gets_nothing() {
    Generation g = bench.runToEnd(bench.accepted().id());
    assertThat(house.generations().cancel(g.userId(), g.id()))
        .isEqualTo(new Cancellation.NotCancellable("completed"));
    assertThat(bench.balance(g)).isEqualTo(House.START_CREDITS - 5);
    bench.assertToldInOrder(g.id());
  }

  @Test
  void a_provider_that_cannot_be_reached_just_then_is_told_later() {
    bench.provider().takes(Duration.ofHours(1));
    Generation g = bench.accepted();
    bench.until(Step.FOLLOW, g.id());
    bench.provider().always(Call.CANCEL, Fault.status(500));
    assertCancelled(g, 5);
    bench.settlement().settle(g.id());
    Awaitility.await().until(() -> bench.provider().calls(Call.CANCEL) >= 3);
    assertThat(bench.provider().running()).isEqualTo(1);
    bench.provider().heal();
    bench.assertSettled(g.id());
  }

  private void assertCancelled(Generation g, int refunded) {
    long balance = House.START_CREDITS - 5L + refunded;
    for (int twice = 0; twice < 2; twice++) {
      assertThat(house.generations().cancel(g.userId(), g.id()))
          .isEqualTo(new Cancellation.Cancelled(g.id(), refunded, balance));
    }
    assertThat(bench.balance(g)).isEqualTo(balance);
    bench.assertToldInOrder(g.id());
  }
}
