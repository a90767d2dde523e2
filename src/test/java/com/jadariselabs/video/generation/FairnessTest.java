package com.jadariselabs.video.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.generation.GenerationDao.Waiting;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.ratelimit.RateLimitSettings;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FairnessTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final RateLimitSettings UNLIMITED =
      RateLimitSettings.of(1_000_000, 1_000_000, 1_000_000, Map.of(), null);

  private House house = new House();

  @AfterEach
  void audit() {
    Ledgers.assertSound(house.jdbi());
    house.close();
  }

  @Test
  void behind_a_thousand_jobs_of_one_user_another_users_first_is_served_within_21() {
    String greedy = House.anyone();
    List<Generation> many = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      many.add(house.accepted(house.draft(greedy, Plan.FREE, 1)));
    }
    Generation modest = house.accepted(house.draft(House.anyone(), Plan.FREE, 1));
    assertThat(house.rung()).hasSize(21);
    assertThat(modest.queuePosition()).isEqualTo(21);
    assertThat(many.get(999).queuePosition()).isEqualTo(1_000);
    int served = 1;
    while (!serveNext().id().equals(modest.id())) {
      served++;
    }
    assertThat(served).isLessThanOrEqualTo(21);
  }

  @Test
  void every_job_is_served_in_its_users_order() {
    String user = House.anyone();
    List<String> submitted = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      submitted.add(house.accepted(house.draft(user, Plan.FREE, 1)).id());
    }
    List<String> served = new ArrayList<>();
    while (!house.rung().isEmpty()) {
      served.add(serveNext().id());
      assertThat(house.rung()).hasSize(Math.min(20, 50 - served.size()));
    }
    assertThat(served).isEqualTo(submitted);
  }

  @Test
  void a_cancelled_job_leaves_its_place_to_the_next_and_its_ring_is_taken_back() {
    house.close();
    house = new House(UNLIMITED, 10_000, 2);
    String user = House.anyone();
    Generation first = house.accepted(user);
    Generation second = house.accepted(user);
    Generation third = house.accepted(user);
    assertThat(house.rung()).containsExactly(first.id(), second.id());
    assertThat(third.delivered()).isFalse();
    house.generations().cancel(user, first.id());
    assertThat(house.rung()).containsExactly(second.id(), third.id());
  }

  @Test
  void who_was_forgotten_outside_is_let_in_by_the_sweep_as_far_as_there_is_room() {
    house.close();
    house = new House(UNLIMITED, 10_000, 2);
    String user = House.anyone();
    for (int i = 0; i < 5; i++) {
      house.accepted(user);
    }
    house.jdbi().useHandle(h -> h.execute("UPDATE generations SET delivered = false"));
    house.rung().clear();
    house.generations().refreshLine();
    assertThat(house.rung()).hasSize(2);
    house.generations().refreshLine();
    assertThat(house.rung()).hasSize(2);
  }

  @Test
  void a_retry_does_not_widen_a_users_share() {
    house.close();
    house = new House(UNLIMITED, 10_000, 2);
    String user = House.anyone();
    for (int i = 0; i < 4; i++) {
      house.accepted(user);
    }
    Generation claimed = serveNext();
    house
        .transitions()
        .retry(claimed, Duration.ZERO, new Transitions.Failure("timeout", "Too slow.", true, null));
    assertThat(inside(user)).isEqualTo(3);
    serveNext();
    serveNext();
    assertThat(inside(user)).isLessThanOrEqualTo(2);
  }

  @Test
  void one_by_one_and_gathered_put_the_same_row_outside() {
    house.close();
    house = new House(UNLIMITED, 10_000, 1);
    OneByOne oneByOne = new OneByOne(house.jdbi(), 1, new Doubts(house.clock()));
    String user = House.anyone();
    house.accepted(user);
    Generation gathered = house.accepted(user);
    Draft draft = house.draft(user, Plan.FREE, 5);
    Charge.Charged charged =
        (Charge.Charged)
            oneByOne.charge(new NewRow("gen_x", "job_x", draft, Priority.LOW, 11, 100));
    assertThat(gathered.delivered()).isFalse();
    assertThat(charged.delivered()).isFalse();
    assertThat(charged.position()).isEqualTo(12);
    assertThat(charged.waitSeconds()).isEqualTo(110);
    assertThat(house.present("gen_x").queuePosition()).isEqualTo(12);
    assertThat(house.present("gen_x").estimatedWait()).isEqualTo(110);
  }

  @Test
  void those_outside_take_their_places_by_turns_within_their_own_queue() {
    Line line =
        Line.of(
            List.of(
                new Waiting("old", "c", 2, true, true),
                new Waiting("a1", "a", 0, true, false),
                new Waiting("a2", "a", 0, false, false),
                new Waiting("a3", "a", 0, false, false),
                new Waiting("b1", "b", 0, true, false),
                new Waiting("b2", "b", 0, false, false),
                new Waiting("low", "d", 2, true, false)));
    assertThat(List.of("old", "a1", "b1", "a2", "b2", "a3", "low"))
        .extracting(line::place)
        .containsExactly(1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void who_stood_in_line_too_long_is_aged_once_and_who_waits_outside_is_not() {
    house.close();
    house = new House(UNLIMITED, 10_000, 1);
    String user = House.anyone();
    Generation inside = house.accepted(user);
    house.accepted(user);
    house.accepted(House.anyone());
    house
        .jdbi()
        .useHandle(
            h ->
                h.execute(
                    "UPDATE generations SET queued_at = now() - interval '11 minutes'"
                        + " WHERE user_id = ?",
                    user));
    Duration limit = Duration.ofMinutes(10);
    assertThat(house.transitions().aged(limit, 100))
        .extracting(Generation::id)
        .containsExactly(inside.id());
    assertThat(house.transitions().aged(limit, 100)).isEmpty();
    assertThat(house.generations().refreshLine().get(0).aged()).isTrue();
    serveNext();
    assertThat(house.transitions().aged(limit, 100)).isEmpty();
  }

  private long inside(String user) {
    return house
        .jdbi()
        .withHandle(
            h ->
                h.createQuery(
                        "SELECT count(*) FROM generations"
                            + " WHERE user_id = :user AND status = 'queued' AND delivered")
                    .bind("user", user)
                    .mapTo(long.class)
                    .one());
  }

  private Generation serveNext() {
    return house.transitions().claim(house.rung().remove(0), "w", LEASE).orElseThrow();
  }
}
