package com.jadariselabs.video.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void with_one_slot_pro_is_served_before_starter_before_free() {
    try (House house = House.on(1, 1, 1).endingAtOnce()) {
      house.queue.setPaused(true);
      house.workers.start();
      house.ring(Priority.LOW, "gen_free");
      house.ring(Priority.NORMAL, "gen_starter");
      house.ring(Priority.HIGH, "gen_pro");
      house.ring(Priority.LOW, "gen_aged");
      house.queue.ringFirst(Priority.LOW, "gen_aged").join();
      house.queue.setPaused(false);
      await().atMost(SOON).until(() -> house.visits.size() == 4);
      assertThat(house.ids()).containsExactly("gen_aged", "gen_pro", "gen_starter", "gen_free");
    }
  }

  @Test
  void priority_holds_with_several_workers_as_slots_become_free() {
    try (House house = House.on(1, 3, 3)) {
      house.workers.start();
      house.ringAll(Priority.LOW, 3);
      await().atMost(SOON).until(() -> house.visits.size() == 3);
      house.ringAll(Priority.LOW, 6);
      house.ringAll(Priority.NORMAL, 3);
      house.ringAll(Priority.HIGH, 3);
      for (int served = 3; served < 9; served++) {
        house.visits.get(served - 3).end().complete(null);
        int expected = served + 1;
        await().atMost(SOON).until(() -> house.visits.size() == expected);
      }
      assertThat(house.ids().subList(3, 9))
          .containsExactly(
              "gen_high0", "gen_high1", "gen_high2", "gen_normal0", "gen_normal1", "gen_normal2");
    }
  }

  @Test
  void an_idle_worker_begins_within_milliseconds_of_the_ring() {
    try (House house = House.on(3, 1, 1).endingAtOnce()) {
      house.workers.start();
      house.ring(Priority.HIGH, "gen_warm");
      await().atMost(SOON).until(() -> house.visits.size() == 1);
      long[] nanos = new long[60];
      for (int i = 0; i < nanos.length; i++) {
        int expected = house.visits.size() + 1;
        long rung = System.nanoTime();
        house.ring(Priority.HIGH, "gen_" + i);
        await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .atMost(SOON)
            .until(() -> house.visits.size() == expected);
        nanos[i] = house.visits.get(expected - 1).nanos() - rung;
      }
      Arrays.sort(nanos);
      assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(Duration.ofMillis(20));
    }
  }

  @Test
  void a_slot_is_held_until_the_visit_ends_and_no_more_is_popped_than_slots() {
    try (House house = House.on(2, 2, 2)) {
      house.workers.start();
      house.ringAll(Priority.LOW, 7);
      await().atMost(SOON).until(() -> house.visits.size() == 4);
      assertThat(house.workers.stats()).isEqualTo(new WorkerStats(2, 4, 4, 2, 2));
      assertThat(house.workers.freeSlots()).isZero();
      assertThat(house.lengths()).containsEntry(Priority.LOW, 3);

      house.visits.get(0).end().complete(null);
      house.visits.get(1).end().completeExceptionally(new IllegalStateException("it went wrong"));
      await().atMost(SOON).until(() -> house.visits.size() == 6);
      assertThat(house.lengths()).containsEntry(Priority.LOW, 1);
      assertThat(house.visits.stream().map(House.Visit::worker).collect(Collectors.toSet()))
          .isEqualTo(Set.of("i1-w1", "i1-w2"));
    }
  }

  @Test
  void a_handler_that_throws_costs_neither_a_slot_nor_the_worker() {
    try (House house = House.on(1, 1, 1)) {
      house.handler =
          (worker, id) -> {
            house.holdSlot(worker, id);
            if (id.endsWith("0")) {
              throw new StackOverflowError();
            }
            throw new IllegalStateException("no");
          };
      house.workers.start();
      house.ringAll(Priority.LOW, 5);
      await()
          .dontCatchUncaughtExceptions()
          .atMost(SOON)
          .until(() -> house.visits.size() == 5 && house.workers.stats().busy() == 0);
      house.endingAtOnce();
      house.ring(Priority.LOW, "gen_good");
      await().atMost(SOON).until(() -> house.ids().contains("gen_good"));
      await().atMost(SOON).until(() -> house.workers.problem().isEmpty());
    }
  }

  @Test
  void while_paused_nothing_is_begun() {
    try (House house = House.on(1, 1, 1).endingAtOnce()) {
      house.workers.start();
      house.ring(Priority.LOW, "gen_before");
      await().atMost(SOON).until(() -> house.visits.size() == 1);
      house.queue.setPaused(true);
      house.ringAll(Priority.LOW, 5);
      await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> house.visits.size() == 1);
      assertThat(house.lengths()).containsEntry(Priority.LOW, 5);
      house.queue.setPaused(false);
      await().atMost(SOON).until(() -> house.visits.size() == 6);
    }
  }

  @Test
  void after_stop_claiming_everything_that_is_not_begun_stays_in_its_queue() {
    try (House house = House.on(1, 2, 2).endingAtOnce()) {
      house.queue.setPaused(true);
      house.workers.start();
      house.ringAll(Priority.NORMAL, 400);
      house.queue.setPaused(false);
      await().pollInterval(Duration.ofMillis(1)).until(() -> !house.visits.isEmpty());
      house.workers.stopClaiming();
      house.workers.stop();
      int begun = house.visits.size();
      Set<String> all =
          IntStream.range(0, 400).mapToObj(i -> "gen_normal" + i).collect(Collectors.toSet());
      Set<String> seen = house.queue.waiting();
      seen.addAll(house.ids());
      assertThat(seen).isEqualTo(all);
      assertThat(house.lengths().get(Priority.NORMAL)).isEqualTo(400 - begun);
    }
  }

  @Test
  void five_hundred_slots_need_no_more_threads_than_five() {
    try (House house = House.on(125, 4, 4)) {
      house.workers.start();
      house.ring(Priority.LOW, "gen_first");
      await().atMost(SOON).until(() -> house.visits.size() == 1);
      int before = Thread.activeCount();
      house.ringAll(Priority.LOW, 499);
      await().atMost(SOON).until(() -> house.visits.size() == 500);
      assertThat(Thread.activeCount()).isLessThanOrEqualTo(before + 2);
      assertThat(house.workers.stats().busy()).isEqualTo(500);
      house.endAll();
      await().atMost(SOON).until(() -> house.workers.stats().busy() == 0);
    }
  }

  @Test
  void workers_are_added_in_a_crowd_and_drained_one_by_one_when_it_is_quiet() {
    try (House house = House.on(1, 1, 3)) {
      house.workers.start();
      house.ringAll(Priority.LOW, 20);
      await().atMost(SOON).until(() -> house.workers.stats().running() == 3);
      await().atMost(SOON).until(() -> house.visits.size() == 3);

      // The third visit of a draining worker goes on: only its end frees the slot.
      House.Visit last = house.visits.get(2);
      house.queue.setPaused(true);
      house.queue.waiting().forEach(id -> house.queue.withdraw(Priority.LOW, id).join());
      house.queue.setPaused(false);
      for (int i = 0; i < 4 * Autoscaler.QUIET_ASKINGS; i++) {
        house.workers.tick();
      }
      assertThat(house.workers.stats().running()).isEqualTo(1);
      assertThat(house.workers.stats().busy()).isEqualTo(3);
      assertThat(last.end()).isNotDone();

      house.endAll();
      await().atMost(SOON).until(() -> house.workers.stats().busy() == 0);
      house.ring(Priority.LOW, "gen_after");
      await().atMost(SOON).until(() -> house.ids().contains("gen_after"));
      assertThat(house.workers.stats()).isEqualTo(new WorkerStats(1, 1, 1, 1, 3));
    }
  }

  @Test
  void an_instance_without_workers_rings_for_the_others() {
    QueueSettings there = House.settings(1, 1, 1);
    QueueSettings here = new QueueSettings(1, 0, 0, there.namespace(), "api");
    try (House worker = new House(House.shared(), there).endingAtOnce();
        House api = new House(House.shared(), here)) {
      worker.workers.start();
      api.workers.start();
      api.ring(Priority.LOW, "gen_1");
      await().atMost(SOON).until(() -> worker.ids().equals(List.of("gen_1")));
      assertThat(api.workers.stats()).isEqualTo(new WorkerStats(0, 0, 0, 0, 0));
      assertThat(api.workers.problem()).isEmpty();
    }
  }

  @Test
  void the_metrics_tell_queue_lengths_and_busy_and_idle_workers() {
    try (House house = House.on(1, 2, 2)) {
      house.workers.start();
      house.ring(Priority.LOW, "gen_1");
      await().atMost(SOON).until(() -> house.visits.size() == 1);
      house.queue.setPaused(true);
      house.ring(Priority.NORMAL, "gen_2");
      assertThat(workersThatAre("busy", house)).isEqualTo(1);
      assertThat(workersThatAre("idle", house)).isEqualTo(1);
      for (Priority priority : Priority.values()) {
        assertThat(
                house.registry.getSampleValue(
                    "video_queue_length",
                    new String[] {"priority"},
                    new String[] {priority.wireName()}))
            .isEqualTo(priority == Priority.NORMAL ? 1 : 0);
      }
    }
  }

  @Test
  void a_visit_that_has_ended_before_it_is_returned_frees_its_slot() {
    try (House house = House.on(1, 1, 1).endingAtOnce()) {
      house.workers.start();
      house.ringAll(Priority.LOW, 500);
      await().atMost(SOON).until(() -> house.visits.size() == 500);
      assertThat(house.ids()).doesNotHaveDuplicates();
      assertThat(house.workers.freeSlots()).isEqualTo(1);
    }
  }

  private static Double workersThatAre(String state, House house) {
    return house.registry.getSampleValue(
        "video_workers", new String[] {"state"}, new String[] {state});
  }
}
