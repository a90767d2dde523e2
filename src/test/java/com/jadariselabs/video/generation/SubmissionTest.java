package com.jadariselabs.video.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.queue.Priority;
import com.jadariselabs.video.ratelimit.RateLimitSettings;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SubmissionTest {
  private static House house;

  @BeforeAll
  static void open() {
    house = new House();
  }

  @AfterAll
  static void audit() {
    Ledgers.assertSound(house.jdbi());
    house.close();
  }

  @Test
  void a_submission_is_charged_entered_and_queued() {
    String ada = House.anyone();
    Submission.Accepted accepted =
        (Submission.Accepted) house.submit(house.draft(ada, Plan.PRO, 5)).submission();
    assertThat(accepted.creditsCharged()).isEqualTo(5);
    assertThat(accepted.remainingCredits()).isEqualTo(House.START_CREDITS - 5);
    assertThat(accepted.estimatedSeconds()).isEqualTo(150);
    Generation row = house.present(accepted.generationId());
    assertThat(row.state()).isEqualTo(Status.QUEUED);
    assertThat(row.deliveryPriority()).isEqualTo(Priority.HIGH);
    assertThat(house.accounts().find(ada).orElseThrow().balance())
        .isEqualTo(House.START_CREDITS - 5);
    assertThat(house.eventsOf(row.id())).containsExactly("job:queued");
    assertThat(house.rung()).contains(row.id());
  }

  @Test
  void two_hundred_at_once_against_a_balance_for_ten_are_ten() {
    String user = House.anyone();
    house.accounts().open(user, "free");
    house.accounts().adjust(user, 10 - House.START_CREDITS, "for the test");
    List<Submission> outcomes = together(200, i -> house.draft(user, Plan.FREE, 1));
    assertThat(outcomes).filteredOn(Submission.Accepted.class::isInstance).hasSize(10);
    assertThat(outcomes).filteredOn(Submission.OutOfCredits.class::isInstance).hasSize(190);
    assertThat(house.accounts().find(user).orElseThrow().balance()).isZero();
  }

  @Test
  void two_hundred_at_once_with_one_key_are_charged_once() {
    String user = House.anyone();
    List<Submission> outcomes =
        together(200, i -> house.draft(user, Plan.FREE, "one lion", 1, "key", "same"));
    assertThat(outcomes)
        .allMatch(o -> o instanceof Submission.Accepted || o instanceof Submission.KeyInProgress);
    assertThat(
            outcomes.stream()
                .filter(Submission.Accepted.class::isInstance)
                .map(o -> ((Submission.Accepted) o).generationId())
                .distinct())
        .hasSize(1);
    assertThat(house.accounts().find(user).orElseThrow().balance())
        .isEqualTo(House.START_CREDITS - 1);
  }

  @Test
  void a_repeated_key_gets_the_same_answer_and_another_body_is_refused() {
    String user = House.anyone();
    Draft first = house.draft(user, Plan.FREE, "a whale", 2, "k1", "h1");
    Submission.Accepted one = (Submission.Accepted) house.submit(first).submission();
    Submission.Accepted two = (Submission.Accepted) house.submit(first).submission();
    assertThat(two.replayed()).isTrue();
    assertThat(two).usingRecursiveComparison().ignoringFields("replayed").isEqualTo(one);
    Draft other = house.draft(user, Plan.FREE, "a shark", 2, "k1", "h2");
    assertThat(house.submit(other).submission()).isInstanceOf(Submission.KeyMismatch.class);
  }

  @Test
  void the_gathered_statement_and_the_one_by_one_way_leave_the_same_rows() {
    OneByOne oneByOne = new OneByOne(house.jdbi(), 20, new Doubts(house.clock()));
    String gathered = House.anyone();
    String single = House.anyone();
    house.accounts().open(gathered, "free");
    house.accounts().open(single, "free");
    Generation a =
        house.accepted(house.draft(gathered, Plan.STARTER, "Tom & Jerry <3", 3, "k", "h"));
    Draft draft = house.draft(single, Plan.STARTER, "Tom & Jerry <3", 3, "k", "h");
    Charge charge =
        oneByOne.charge(
            new NewRow(
                "gen_single",
                "job_single",
                draft,
                Priority.NORMAL,
                a.queuePosition(),
                a.estimatedWait()));
    assertThat(charge)
        .isEqualTo(
            new Charge.Charged(
                House.START_CREDITS - 3, true, a.queuePosition(), a.estimatedWait()));
    Map<String, Object> one = row(a.id());
    Map<String, Object> other = row("gen_single");
    for (String own : List.of("id", "job_id", "user_id", "created_at", "queued_at")) {
      one.remove(own);
      other.remove(own);
    }
    assertThat(other).isEqualTo(one);
  }

  @Test
  void limits_are_taken_once_each_and_given_back_when_there_is_no_money() {
    try (House strict = new House(RateLimitSettings.of(3, 100, 500, Map.of(), null), 10_000)) {
      String user = House.anyone();
      strict.accounts().open(user, "free");
      strict.accounts().adjust(user, 2 - House.START_CREDITS, "for the test");
      for (int i = 0; i < 5; i++) {
        assertThat(strict.submit(strict.draft(user, Plan.FREE, 5)).submission())
            .isInstanceOf(Submission.OutOfCredits.class);
      }
      assertThat(strict.submit(strict.draft(user, Plan.FREE, 2)).submission())
          .isInstanceOf(Submission.Accepted.class);
    }
  }

  @Test
  void one_that_was_written_though_its_answer_was_lost_is_charged_once_and_answered() {
    OneByOne oneByOne = new OneByOne(house.jdbi(), 20, new Doubts(house.clock()));
    NewRow row = newRow("gen_answer_lost", null);
    Charge first = oneByOne.charge(row);
    assertThat(oneByOne.chargeAgain(row)).isEqualTo(first).isInstanceOf(Charge.Charged.class);
    assertThat(house.accounts().find(row.userId()).orElseThrow().balance())
        .isEqualTo(House.START_CREDITS - row.draft().credits());
  }

  @Test
  void one_that_was_refused_and_is_written_later_is_taken_back_whole() {
    Doubts doubts = new Doubts(house.clock());
    OneByOne oneByOne = new OneByOne(house.jdbi(), 20, doubts);
    NewRow row = newRow("gen_in_doubt", null);
    NewRow keyed = newRow("gen_with_a_key", "key");
    doubts.add(row);
    doubts.add(keyed);
    assertThat(settled(doubts)).as("not written yet").isEmpty();
    oneByOne.charge(row);
    oneByOne.charge(keyed);
    assertThat(house.transitions().claim(row.id(), "worker", Duration.ofSeconds(30))).isPresent();
    house
        .jdbi()
        .useHandle(h -> h.execute("UPDATE generations SET percent = 40 WHERE id = ?", row.id()));
    assertThat(settled(doubts)).containsExactly(row.id());
    assertThat(settled(doubts)).as("once").isEmpty();
    assertThat(row(row.id())).containsEntry("credits_refunded", row.draft().credits());
    assertThat(row(keyed.id())).containsEntry("status", "queued");
    Ledgers.assertSound(house.jdbi());
  }

  private static NewRow newRow(String id, @Nullable String key) {
    String user = House.anyone();
    house.accounts().open(user, "free");
    Draft draft = house.draft(user, Plan.FREE, "Lion", 3, key, "h");
    return new NewRow(id, "job_of_" + id, draft, Priority.LOW, 1, 0);
  }

  private static List<String> settled(Doubts doubts) {
    GenerationDao dao = house.jdbi().onDemand(GenerationDao.class);
    List<String> taken = new ArrayList<>();
    doubts.settle(
        (id, user) -> {
          boolean there = dao.cancel(id, user, true).isPresent();
          if (there) {
            taken.add(id);
          }
          return there;
        });
    return taken;
  }

  @Test
  void beyond_the_longest_queue_nothing_is_charged() {
    try (House small = new House(RateLimitSettings.of(1_000, 1_000, 1_000, Map.of(), null), 2)) {
      String user = House.anyone();
      small.accepted(user);
      small.accepted(user);
      assertThat(small.submit(small.draft(user, Plan.FREE, 5)).submission())
          .isInstanceOf(Submission.QueueFull.class);
      assertThat(small.accounts().find(user).orElseThrow().balance())
          .isEqualTo(House.START_CREDITS - 10);
    }
  }

  @Test
  void a_suspended_account_submits_nothing() {
    String user = House.anyone();
    house.accounts().open(user, "free");
    house.accounts().setStatus(user, "suspended");
    assertThat(house.submit(house.draft(user, Plan.FREE, 1)).submission())
        .isInstanceOf(Submission.Suspended.class);
  }

  @Test
  void the_ledger_cannot_be_rewritten() {
    house.accepted(House.anyone());
    for (String sql : List.of("UPDATE ledger SET amount = amount + 1", "DELETE FROM ledger")) {
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> house.jdbi().useHandle(handle -> handle.execute(sql)))
          .hasMessageContaining("append-only");
    }
  }

  private static Map<String, Object> row(String id) {
    return house
        .jdbi()
        .withHandle(
            handle -> {
              Map<String, Object> columns =
                  handle
                      .createQuery("SELECT * FROM generations WHERE id = :id")
                      .bind("id", id)
                      .mapToMap()
                      .one();
              return new TreeMap<>(columns);
            });
  }

  private static List<Submission> together(
      int times, java.util.function.IntFunction<Draft> drafts) {
    List<CompletableFuture<Submissions.Outcome>> waiting = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      Draft draft = drafts.apply(i);
      waiting.add(
          CompletableFuture.supplyAsync(() -> draft)
              .thenCompose(d -> house.room().submissions().submit(d)));
    }
    return waiting.stream()
        .map(CompletableFuture::join)
        .map(Submissions.Outcome::submission)
        .toList();
  }
}
