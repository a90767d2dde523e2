package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.replicate.Replicate;
import com.jadariselabs.video.replicate.ReplicateSettings;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.House;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CreationTest {
  private static final Duration EXPIRED = Duration.ofMillis(1);
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final House house = new House();
  private final FakeProvider provider =
      FakeProvider.start(new byte[0]).takes(Duration.ofMinutes(1));
  private final Replicate replicate =
      new Replicate(
          ReplicateSettings.at(provider.apiUrl(), "r8_test"),
          new CollectorRegistry(),
          Clock.systemUTC());
  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final PipelineSettings settings =
      new PipelineSettings(
          LEASE, Duration.ofMillis(20), LEASE, 3, Duration.ofMillis(20), LEASE, 1_000_000);
  private final Creation creation =
      new Creation(
          house.attempts(),
          house.catalog(),
          replicate,
          Album.none(),
          new Orphans(house.attempts(), replicate),
          new Outcomes(house.transitions(), settings),
          settings,
          house.clock(),
          executor);

  @AfterEach
  void close() throws Exception {
    executor.shutdown();
    replicate.close();
    provider.close();
    house.close();
  }

  @Test
  void
      a_visit_that_is_repeated_because_its_end_was_not_written_down_asks_for_no_other_prediction() {
    Work work = claimed(house.accepted(House.anyone()).id(), "first", LEASE);
    after(creation.create(work));
    Work once = after(creation.create(work));
    assertThat(once.step()).isEqualTo(Step.FOLLOW);
    assertThat(provider.made()).hasSize(1);
  }

  @Test
  void an_answer_after_a_take_over_leaves_the_prediction_to_who_took_over() {
    String id = house.accepted(House.anyone()).id();
    provider.next(Call.CREATE, Fault.drip(Duration.ofMillis(2)));
    Work frozen = claimed(id, "frozen", EXPIRED);
    CompletionStage<Next> late = creation.create(frozen);
    Awaitility.await().until(() -> provider.made().size() == 1);
    Work after = after(creation.recover(claimed(id, "next", LEASE)));
    assertThat(after.step()).isEqualTo(Step.FOLLOW);
    assertThat(of(late)).isInstanceOf(Next.Done.class);
    assertThat(provider.running()).isEqualTo(1);
    assertThat(provider.calls(Call.CANCEL)).isZero();
  }

  @Test
  void who_has_lost_its_lease_asks_for_nothing() {
    String id = house.accepted(House.anyone()).id();
    Work frozen = claimed(id, "frozen", EXPIRED);
    claimed(id, "next", LEASE);
    assertThat(of(creation.create(frozen))).isInstanceOf(Next.Done.class);
    assertThat(provider.made()).isEmpty();
  }

  @Test
  void an_answer_after_the_attempt_is_over_stops_the_prediction() {
    String id = house.accepted(House.anyone()).id();
    provider.next(Call.CREATE, Fault.drip(Duration.ofMillis(2)));
    Work work = claimed(id, "first", LEASE);
    CompletionStage<Next> late = creation.create(work);
    Awaitility.await().until(() -> provider.made().size() == 1);
    Attempt attempt = house.attempts().present(work.generation()).orElseThrow();
    house.attempts().over(attempt);
    of(late);
    Awaitility.await().until(() -> provider.running() == 0);
  }

  private Work claimed(String id, String worker, Duration lease) {
    Generation g =
        Awaitility.await()
            .pollDelay(Duration.ZERO)
            .until(() -> house.transitions().claim(id, worker, lease), held -> held.isPresent())
            .orElseThrow();
    if (!"generating".equals(g.stage())) {
      g = house.transitions().enhanced(g, "A lion, enhanced").orElseThrow();
    }
    return Work.of(g, house.attempts().present(g).orElse(null));
  }

  private static Work after(CompletionStage<Next> step) {
    return ((Next.Again) of(step)).work();
  }

  private static Next of(CompletionStage<Next> step) {
    CompletableFuture<Next> future = step.toCompletableFuture();
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }
}
