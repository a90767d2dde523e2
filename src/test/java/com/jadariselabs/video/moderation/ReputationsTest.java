package com.jadariselabs.video.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.jadariselabs.video.testing.Servers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReputationsTest {
  private static final Jdbi JDBI = Servers.jdbi(Servers.freshDatabase());
  private static final Verdict.Rejected GRAVE = new Verdict.Rejected(Category.MINORS, "minors:x");
  private static final Verdict.Rejected LIGHT = new Verdict.Rejected(Category.SEXUAL, "sexual:y");

  private final Reputations here = new Reputations(JDBI, Ticker.systemTicker());
  private final Reputations there = new Reputations(JDBI, Ticker.systemTicker());
  private final String user = "u-" + UUID.randomUUID();

  @BeforeEach
  void start() {
    here.start();
    there.start();
  }

  @AfterEach
  void stop() {
    here.stop();
    there.stop();
  }

  @Test
  void violations_slow_down_and_then_suspend() {
    assertThat(here.score(user)).isEqualTo(100);
    assertThat(here.limitFactor(user)).isEqualTo(1.0);
    here.penalise(user, GRAVE, "text");
    here.penalise(user, GRAVE, "text");
    assertThat(here.score(user)).isEqualTo(50);
    assertThat(here.limitFactor(user)).isEqualTo(1.0);
    here.penalise(user, LIGHT, "text");
    assertThat(here.score(user)).isEqualTo(45);
    assertThat(here.limitFactor(user)).isEqualTo(0.5);
    here.penalise(user, GRAVE, "text");
    assertThat(here.suspended(user)).isFalse();
    here.penalise(user, LIGHT, "text");
    assertThat(here.score(user)).isEqualTo(15);
    assertThat(here.suspended(user)).isTrue();
    here.penalise(user, GRAVE, "text");
    assertThat(here.score(user)).isZero();
  }

  @Test
  void completed_generations_and_hours_give_points_back_but_never_more_than_there_were() {
    here.penalise(user, GRAVE, "text");
    here.recovered(user);
    assertThat(here.score(user)).isEqualTo(76);
    age(Duration.ofHours(10));
    here.recovered(user);
    assertThat(here.score(user)).isEqualTo(87);
    age(Duration.ofHours(100));
    here.recovered(user);
    assertThat(here.score(user)).isEqualTo(100);
    here.recovered("nobody");
    assertThat(here.score("nobody")).isEqualTo(100);
  }

  @Test
  void the_other_instances_and_later_starts_know_of_it() {
    here.penalise(user, GRAVE, "text");
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> there.score(user) == 75);
    age(Duration.ofHours(5));
    Reputations later = new Reputations(JDBI, Ticker.systemTicker());
    later.start();
    assertThat(later.score(user)).isEqualTo(80);
    later.stop();
  }

  @Test
  void admins_see_why_and_nobody_sees_what() {
    here.penalise(user, LIGHT, "a secret text");
    here.penalise(user, GRAVE, "a secret text");
    assertThat(here.rejections(user, Long.MAX_VALUE, 10))
        .extracting(Rejection::category, Rejection::rule, Rejection::points)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("minors", "minors:x", 25),
            org.assertj.core.groups.Tuple.tuple("sexual", "sexual:y", 5));
    assertThat(here.rejections("somebody else", Long.MAX_VALUE, 10)).isEmpty();
    List<String> rows =
        JDBI.withHandle(
            h ->
                h.createQuery("SELECT v::text FROM moderation_verdicts v")
                    .mapTo(String.class)
                    .list());
    assertThat(rows).noneMatch(row -> row.contains("secret"));
  }

  private void age(Duration time) {
    JDBI.useHandle(
        h ->
            h.execute(
                "UPDATE reputations SET changed_at = changed_at - make_interval(secs => ?)"
                    + " WHERE user_id = ?",
                (double) time.toSeconds(),
                user));
  }
}
