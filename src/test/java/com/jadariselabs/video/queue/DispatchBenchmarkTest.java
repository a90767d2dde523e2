package com.jadariselabs.video.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From the ring to the handler: one at a time, and many at once. */
@Tag("benchmark")
class DispatchBenchmarkTest {
  private static final int SAMPLES = 500;
  private static final int JOBS = 10_000;

  @Test
  void an_idle_worker_begins_a_job_in_two_milliseconds() throws Exception {
    try (House house = House.on(3, 4, 4)) {
      house.handler =
          (worker, id) -> {
            house.holdSlot(worker, id);
            return CompletableFuture.completedFuture(null);
          };
      house.workers.start();
      house.ring(Priority.HIGH, "gen_warm");
      long[] nanos = new long[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        CountDownLatch begun = new CountDownLatch(1);
        long[] at = new long[1];
        house.handler =
            (worker, id) -> {
              at[0] = System.nanoTime();
              begun.countDown();
              return CompletableFuture.completedFuture(null);
            };
        long rung = System.nanoTime();
        house.ring(Priority.HIGH, "gen_" + i);
        assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
        nanos[i] = at[0] - rung;
      }
      Arrays.sort(nanos);
      System.out.printf(
          "ring to handler: median %d us, p99 %d us%n",
          nanos[SAMPLES / 2] / 1_000, nanos[SAMPLES * 99 / 100] / 1_000);
      assertThat(Duration.ofNanos(nanos[SAMPLES / 2])).isLessThan(Duration.ofMillis(2));
    }
  }

  @Test
  void thousands_of_jobs_per_second_pass_through_four_workers() throws Exception {
    try (House house = House.on(3, 4, 4)) {
      CountDownLatch left = new CountDownLatch(JOBS);
      house.handler =
          (worker, id) -> {
            left.countDown();
            return CompletableFuture.completedFuture(null);
          };
      house.workers.start();
      long started = System.nanoTime();
      house.ringAll(Priority.LOW, JOBS);
      assertThat(left.await(60, TimeUnit.SECONDS)).isTrue();
      double rate = (double) JOBS * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - started);
      System.out.printf("rung and begun: %,.0f jobs/s%n", rate);
      assertThat(rate).isGreaterThan(2_000);
    }
  }
}
