package com.jadariselabs.video.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.generation.Figures.Queued;
import com.jadariselabs.video.generation.Transitions.Failure;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.ratelimit.RateLimitSettings;
import com.jadariselabs.video.testing.House;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FiguresTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** Two of a user's jobs in the delivery queues: the third is held back. */
  private final House house =
      new House(RateLimitSettings.of(1_000_000, 1_000_000, 1_000_000, Map.of(), null), 10_000, 2);

  private final FiguresDao dao = house.jdbi().onDemand(FiguresDao.class);

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void what_came_and_went_is_told_minute_by_minute() {
    house.transitions().completed(claimed(house.accepted(House.anyone())), "v", null, null);
    failed("timeout");
    failed("timeout");
    failed("provider_failed");
    Generation queued = house.accepted(House.anyone());
    house.generations().cancel(queued.userId(), queued.id());

    // The time is the database's: a minute may have ended meanwhile.
    List<Minutes.Minute> minutes = house.room().figures().overview().minutes();
    assertThat(minutes.stream().mapToLong(Minutes.Minute::runs).sum()).isEqualTo(5);
    assertThat(minutes.stream().mapToLong(Minutes.Minute::completed).sum()).isEqualTo(1);
    assertThat(minutes.stream().mapToLong(Minutes.Minute::failed).sum()).isEqualTo(3);
    assertThat(minutes.stream().mapToLong(Minutes.Minute::cancelled).sum()).isEqualTo(1);
    assertThat(minutes.stream().mapToLong(Minutes.Minute::charged).sum()).isEqualTo(25);
    assertThat(minutes.stream().mapToLong(Minutes.Minute::refunded).sum()).isEqualTo(20);
    assertThat(
            minutes.stream().mapToLong(m -> m.failedAttempts().getOrDefault("timeout", 0L)).sum())
        .isEqualTo(2);
    assertThat(minutes).anySatisfy(m -> assertThat(m.waited().p99()).isNotNegative());
    assertThat(minutes).anySatisfy(m -> assertThat(m.processing().p50()).isNotNegative());
    assertThat(minutes.get(0).processing().p50()).isNull();
  }

  @Test
  void an_hour_has_no_gaps_and_what_is_settled_is_kept() {
    failed("timeout");
    Instant now = dao.now();
    back(house.jdbi(), Duration.ofMinutes(10));
    Minutes minutes = new Minutes(dao);
    assertThat(failedIn(minutes.upTo(now))).isEqualTo(1);

    house.jdbi().useHandle(h -> h.execute("DELETE FROM generations"));
    List<Minutes.Minute> later = minutes.upTo(now.plus(Duration.ofMinutes(5)));
    assertThat(failedIn(later)).as("read once").isEqualTo(1);
    Instant first = later.get(0).start();
    for (int i = 0; i < Minutes.KEPT; i++) {
      assertThat(later.get(i).start()).isEqualTo(first.plus(i, ChronoUnit.MINUTES));
    }
    assertThat(later).hasSize(Minutes.KEPT);
    assertThat(failedIn(minutes.upTo(now.plus(Duration.ofMinutes(51))))).as("gone").isZero();
    assertThat(minutes.upTo(now.plus(Duration.ofDays(2)))).hasSize(Minutes.KEPT);
  }

  @Test
  void a_minute_that_goes_on_is_read_again() {
    Minutes minutes = new Minutes(dao);
    assertThat(failedIn(minutes.upTo(dao.now()))).isZero();
    failed("timeout");
    assertThat(failedIn(minutes.upTo(dao.now()))).isEqualTo(1);
  }

  @Test
  void the_line_is_told_by_queue_with_how_long_its_first_has_waited() {
    String ada = House.anyone();
    for (int i = 0; i < 3; i++) {
      house.accepted(house.draft(ada, Plan.PRO, 1));
    }
    Generation delayed = claimed(house.accepted(House.anyone()));
    house
        .transitions()
        .retry(delayed, Duration.ofMinutes(5), new Failure("timeout", "Too slow.", true, null));
    claimed(house.accepted(House.anyone()));
    house
        .jdbi()
        .useHandle(h -> h.execute("UPDATE generations SET queued_at = now() - interval '90 s'"));

    List<Queued> queues = house.room().figures().queues();
    assertThat(queues)
        .extracting(Queued::priority, Queued::ready, Queued::heldBack, Queued::delayed)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Priority.HIGH, 2L, 1L, 0L),
            org.assertj.core.groups.Tuple.tuple(Priority.NORMAL, 0L, 0L, 0L),
            org.assertj.core.groups.Tuple.tuple(Priority.LOW, 0L, 0L, 1L));
    assertThat(queues.get(0).oldestSeconds()).isBetween(90.0, 150.0);
    assertThat(queues.get(1).oldestSeconds()).isNull();
    assertThat(queues.get(2).oldestSeconds()).as("is not due yet").isNull();
    assertThat(house.room().figures().overview().holders())
        .containsExactly(new Figures.Holder("w", 1));
  }

  @Test
  void an_autoscaler_is_told_of_the_line_and_nothing_while_it_is_not_known() {
    CollectorRegistry registry = new CollectorRegistry();
    registry.register(new WaitingMetrics(() -> List.of(new Queued(Priority.HIGH, 3, 0, 0, 12.5))));
    assertThat(sample(registry, "video_queue_ready")).isEqualTo(3);
    assertThat(sample(registry, "video_queue_oldest_waiter_seconds")).isEqualTo(12.5);

    CollectorRegistry away = new CollectorRegistry();
    away.register(
        new WaitingMetrics(
            () -> {
              throw new IllegalStateException("away");
            }));
    assertThat(java.util.Collections.list(away.metricFamilySamples()))
        .flatExtracting((Collector.MetricFamilySamples family) -> family.samples)
        .isEmpty();
  }

  private static Double sample(CollectorRegistry registry, String name) {
    return registry.getSampleValue(name, new String[] {"priority"}, new String[] {"high"});
  }

  private static long failedIn(List<Minutes.Minute> minutes) {
    return minutes.stream().mapToLong(Minutes.Minute::failed).sum();
  }

  private static void back(Jdbi jdbi, Duration by) {
    jdbi.useHandle(
        h ->
            h.execute(
                "UPDATE generations SET completed_at = completed_at - make_interval(secs => ?)",
                (double) by.toSeconds()));
  }

  private Generation claimed(Generation g) {
    return house.transitions().claim(g.id(), "w", LEASE).orElseThrow();
  }

  private void failed(String code) {
    Generation claimed = claimed(house.accepted(House.anyone()));
    house.attempts().begin(claimed, "{}", LEASE, false);
    house.transitions().failed(claimed, new Failure(code, "Words.", true, null));
  }
}
