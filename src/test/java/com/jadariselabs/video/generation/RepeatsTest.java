package com.jadariselabs.video.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.generation.Submission.Accepted;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Ledgers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A request that was answered before is answered with what was made then. */
class RepeatsTest {
  private static House house;
  private final String user = House.anyone();

  @BeforeAll
  static void build() {
    house = new House();
  }

  @AfterAll
  static void tearDown() {
    house.close();
  }

  @Test
  void the_same_seed_and_input_give_the_earlier_result_at_once_and_for_nothing() {
    Generation first = house.completed(house.accepted(seeded(7)));
    long balance = house.accounts().find(user).orElseThrow().balance();
    Accepted repeat = accepted(seeded(7));
    assertThat(repeat.cached()).isTrue();
    assertThat(repeat.creditsCharged()).isZero();
    assertThat(repeat.remainingCredits()).isEqualTo(balance);
    Generation g = house.present(repeat.generationId());
    assertThat(g.id()).isNotEqualTo(first.id());
    assertThat(g.status()).isEqualTo("completed");
    assertThat(g.percent()).isEqualTo(100);
    assertThat(g.videoKey()).isEqualTo(first.videoKey());
    assertThat(g.enhancedPrompt()).isEqualTo(first.enhancedPrompt());
    assertThat(house.eventsOf(g.id())).containsExactly("job:completed");
    assertThat(house.rung()).doesNotContain(g.id());
    assertThat(house.accounts().entries(user, Long.MAX_VALUE, 100)).hasSize(2);
    Ledgers.assertSound(house.jdbi());
  }

  @Test
  void what_differs_in_anything_is_made_anew() {
    house.completed(house.accepted(seeded(7)));
    assertThat(accepted(seeded(8)).cached()).isFalse();
    assertThat(accepted(house.draft(user, Plan.FREE, 5)).cached()).isFalse();
    assertThat(accepted(house.seeded(house.draft(user, Plan.FREE, 6), 7, false)).cached())
        .isFalse();
    assertThat(accepted(house.seeded(house.draft(user, Plan.FREE, 5), 7, true)).cached()).isFalse();
    Draft othersPrompt = house.draft(user, Plan.FREE, "A tiger", 5, null, "hash");
    assertThat(accepted(house.seeded(othersPrompt, 7, false)).cached()).isFalse();
    Draft another = house.draft(House.anyone(), Plan.FREE, 5);
    assertThat(accepted(house.seeded(another, 7, false)).cached()).isFalse();
  }

  @Test
  void what_is_not_done_old_or_gone_is_no_answer() {
    Generation running = house.accepted(seeded(1));
    assertThat(accepted(seeded(1)).cached()).isFalse();
    Generation old = house.completed(house.accepted(seeded(2)));
    assertThat(running.id()).isNotEqualTo(old.id());
    house
        .jdbi()
        .useHandle(
            h ->
                h.execute(
                    "UPDATE generations SET completed_at = now() - interval '25 hours' WHERE id = ?",
                    old.id()));
    assertThat(accepted(seeded(2)).cached()).isFalse();
    Generation gone = house.completed(house.accepted(seeded(3)));
    house.lose(String.valueOf(gone.videoKey()));
    assertThat(accepted(seeded(3)).cached()).isFalse();
  }

  @Test
  void a_key_gives_the_same_answer_again_and_a_webhook_tells_of_it() {
    house.completed(house.accepted(seeded(9)));
    Draft keyed = house.draft(user, Plan.FREE, "A lion in the savanna", 5, "once", "hash");
    Accepted first = accepted(house.seeded(keyed, 9, false));
    Accepted again = accepted(house.seeded(keyed, 9, false));
    assertThat(first.cached()).isTrue();
    assertThat(again.replayed()).isTrue();
    assertThat(again.cached()).isTrue();
    assertThat(again.generationId()).isEqualTo(first.generationId());
    assertThat(again.position()).isEqualTo(first.position());
    assertThat(again.estimatedSeconds()).isEqualTo(first.estimatedSeconds());
    house
        .jdbi()
        .useHandle(
            h -> {
              h.execute(
                  "UPDATE generations SET webhook_url = 'https://a.example/' WHERE id = ?",
                  first.generationId());
              h.execute(
                  "INSERT INTO generations SELECT (g).* FROM (SELECT jsonb_populate_record("
                      + "generations, '{\"id\": \"gen_copy\"}') AS g FROM generations"
                      + " WHERE id = ?) copied",
                  first.generationId());
              assertThat(
                      h.select(
                              "SELECT type FROM webhook_deliveries WHERE generation_id = 'gen_copy'")
                          .mapTo(String.class)
                          .one())
                  .isEqualTo("generation.completed");
            });
  }

  @Test
  void a_suspended_account_is_given_nothing() {
    house.completed(house.accepted(seeded(4)));
    house.accounts().setStatus(user, "suspended");
    assertThat(house.submit(seeded(4)).submission()).isInstanceOf(Submission.Suspended.class);
  }

  @Test
  @Tag("benchmark")
  void it_is_answered_within_twenty_milliseconds() {
    house.completed(house.accepted(seeded(5)));
    for (int i = 0; i < 300; i++) {
      accepted(seeded(5));
    }
    long[] nanos = new long[500];
    for (int i = 0; i < nanos.length; i++) {
      long begun = System.nanoTime();
      assertThat(accepted(seeded(5)).cached()).isTrue();
      nanos[i] = System.nanoTime() - begun;
    }
    java.util.Arrays.sort(nanos);
    System.out.printf("repeat: median %.2f ms, p99 %.2f ms%n", nanos[250] / 1e6, nanos[495] / 1e6);
    assertThat(nanos[250]).isLessThan(20_000_000L);
  }

  private Draft seeded(int seed) {
    return house.seeded(house.draft(user, Plan.FREE, 5), seed, false);
  }

  private Accepted accepted(Draft draft) {
    Submission submission = house.submit(draft).submission();
    assertThat(submission).isInstanceOf(Accepted.class);
    return (Accepted) submission;
  }
}
