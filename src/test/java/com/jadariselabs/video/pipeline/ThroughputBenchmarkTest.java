package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.testing.FakeProvider.Call;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How many generations a process brings from the claim to the kept video, with an idle provider.
 */
@Tag("benchmark")
class ThroughputBenchmarkTest {
  private static final int JOBS = 2_000;
  private static final int PER_USER = 100;

  @Test
  void two_thousand_generations_of_a_provider_that_takes_no_time() {
    try (House house = new House();
        Bench bench = Bench.patient(house).listening()) {
      bench.provider().takesPolls(0).withoutRecord();
      List<Generation> all = new ArrayList<>();
      String user = House.anyone();
      for (int i = 0; i < JOBS; i++) {
        user = i % PER_USER == 0 ? House.anyone() : user;
        all.add(house.accepted(user));
      }
      long begun = System.nanoTime();
      CompletableFuture<?>[] slots =
          all.stream()
              .map(g -> bench.visits().visit("worker", g.id()).toCompletableFuture())
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(slots).orTimeout(10, TimeUnit.MINUTES).join();
      double seconds = (System.nanoTime() - begun) / 1e9;
      System.out.printf(
          "%d generations in %.1f s: %.0f a second; %d creates, %d polls%n",
          JOBS,
          seconds,
          JOBS / seconds,
          bench.provider().calls(Call.CREATE),
          bench.provider().calls(Call.GET));
      assertThat(bench.provider().made()).hasSize(JOBS);
      Ledgers.assertSound(house.jdbi());
      Ledgers.assertAllEnded(house.jdbi());
    }
  }
}
