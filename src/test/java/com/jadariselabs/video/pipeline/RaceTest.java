package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.generation.Attempt;
import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.generation.Transitions.Failure;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cancel, completion, time-out, failure and the loss of the lease at the same moment: one end, one
 * terminal event, and the money that belongs to it. A run is repeated with the seed that it prints:
 * {@code -Drace.seed=…}.
 */
class RaceTest {
  private static final int ROUNDS_IN_THE_GATE = 300;
  private static final int MANY_ROUNDS = 2_000;
  private static final int AT_ONCE = 4;
  private static final int LANES = 3;

  @Test
  void whatever_ends_a_generation_at_the_same_moment_it_ends_once() throws Exception {
    race(ROUNDS_IN_THE_GATE);
  }

  @Test
  @Tag("chaos")
  void two_thousand_races_leave_the_ledger_exact() throws Exception {
    race(MANY_ROUNDS);
  }

  private static void race(int rounds) throws Exception {
    long seed = Long.getLong("race.seed", System.nanoTime());
    System.out.println("race.seed=" + seed);
    ExecutorService lanes = Executors.newFixedThreadPool(LANES);
    ExecutorService racers = Executors.newFixedThreadPool(LANES * AT_ONCE);
    try (House house = new House();
        Bench bench = new Bench(house)) {
      List<Future<List<String>>> runs = new ArrayList<>();
      for (int lane = 0; lane < LANES; lane++) {
        Random random = new Random(seed + lane);
        runs.add(lanes.submit(() -> lane(house, bench, random, rounds / LANES, racers)));
      }
      List<String> ids = new ArrayList<>();
      for (Future<List<String>> run : runs) {
        ids.addAll(run.get());
      }
      Ledgers.assertSound(house.jdbi());
      Ledgers.assertAllEnded(house.jdbi());
      ids.forEach(bench::assertEndedOnce);
    } finally {
      lanes.shutdownNow();
      racers.shutdownNow();
    }
  }

  private static List<String> lane(
      House house, Bench bench, Random random, int rounds, ExecutorService racers)
      throws Exception {
    List<String> ids = new ArrayList<>();
    String user = House.anyone();
    for (int round = 1; round <= rounds; round++) {
      user = round % 100 == 0 ? House.anyone() : user;
      ids.add(new Round(house, bench, random, house.accepted(user)).run(racers));
    }
    return ids;
  }

  /** One generation, under way at a random percentage, and those who want to end it. */
  private record Round(House house, Bench bench, Random random, Generation g) {

    String run(ExecutorService racers) throws Exception {
      Generation held = underWay();
      List<Runnable> wishes =
          new ArrayList<>(
              List.of(
                  () -> house.generations().cancel(g.userId(), g.id()),
                  () -> house.transitions().completed(held, "video-" + g.id(), null, null),
                  () -> house.transitions().failed(held, failure("content_policy")),
                  () -> house.transitions().retry(held, Duration.ZERO, failure("timeout")),
                  () -> house.transitions().progressed(held, 1 + random.nextInt(99), true),
                  this::takeOver,
                  () -> house.generations().cancel(g.userId(), g.id())));
      Collections.shuffle(wishes, random);
      together(racers, wishes.subList(0, 2 + random.nextInt(AT_ONCE - 1)));
      conclude();
      return g.id();
    }

    private Generation underWay() {
      Generation held = house.transitions().claim(g.id(), "first", lease()).orElseThrow();
      held = house.transitions().enhanced(held, held.prompt()).orElseThrow();
      Attempt attempt =
          house.attempts().begin(held, "{}", Duration.ofMinutes(5), false).orElseThrow().attempt();
      house.attempts().predictionKnown(attempt, "prediction-of-" + g.id());
      return house.transitions().progressed(held, random.nextInt(100), false).orElseThrow();
    }

    /** Another worker finds the lease run out, and brings it to an end of its own. */
    private void takeOver() {
      bench.abandon(g.id());
      Optional<Generation> taken = house.transitions().claim(g.id(), "second", lease());
      taken.ifPresent(mine -> house.transitions().completed(mine, "second-" + g.id(), null, null));
    }

    private static void together(ExecutorService racers, List<Runnable> wishes) throws Exception {
      CyclicBarrier start = new CyclicBarrier(wishes.size());
      List<Future<?>> ends = new ArrayList<>();
      for (Runnable wish : wishes) {
        ends.add(
            racers.submit(
                () -> {
                  start.await();
                  wish.run();
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        try {
          end.get();
        } catch (ExecutionException e) {
          throw new AssertionError("a racer fell", e.getCause());
        }
      }
    }

    /** What still goes on is completed, as any worker would. */
    private void conclude() {
      for (int i = 0; i < 3 && !bench.row(g.id()).state().terminal(); i++) {
        bench.sql(
            "UPDATE generations SET lease_until = now() - interval '1 second'"
                + " WHERE id = '%s' AND status = 'processing'",
            g.id());
        house
            .transitions()
            .claim(g.id(), "last", lease())
            .ifPresent(mine -> house.transitions().completed(mine, "last-" + g.id(), null, null));
      }
      assertThat(bench.row(g.id()).state().terminal()).isTrue();
    }

    private static Duration lease() {
      return Bench.SETTINGS.lease();
    }

    private static Failure failure(String code) {
      return new Failure(code, "for the test", true, null);
    }
  }
}
