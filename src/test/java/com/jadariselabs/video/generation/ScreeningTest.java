package com.jadariselabs.video.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.moderation.Rejection;
import com.jadariselabs.video.ratelimit.RateLimitSettings;
import com.jadariselabs.video.testing.FakeModeration;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.House;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScreeningTest {
  private static final FakeModeration API = new FakeModeration();
  private static House house;

  @BeforeAll
  static void open() {
    house = new House(RateLimitSettings.defaults(), API.settings());
    API.answers(
        input ->
            input.contains("dragon")
                ? FakeModeration.flagged("violence/graphic", 0.97)
                : FakeModeration.CLEAN);
  }

  @AfterAll
  static void close() {
    house.close();
    API.close();
  }

  private static Submissions.Outcome submit(String user, String prompt) {
    return house.submit(house.draft(user, Plan.FREE, prompt, 5, null, "hash"));
  }

  private static int left(Submissions.Outcome outcome) {
    return Optional.ofNullable(outcome.limits()).orElseThrow().tightest().remaining();
  }

  @Test
  void what_the_api_rejects_is_rejected_with_its_price_and_its_reasons_kept() {
    String ada = House.anyone();
    Submissions.Outcome outcome = submit(ada, "a dragon eats a knight");
    assertThat(outcome.submission()).isInstanceOf(Submission.Rejected.class);
    assertThat(left(outcome)).as("takes a token").isEqualTo(9);
    assertThat(house.reputations().score(ada)).isEqualTo(90);
    assertThat(house.reputations().rejections(ada, Long.MAX_VALUE, 10))
        .extracting(Rejection::subject, Rejection::category, Rejection::rule, Rejection::points)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "prompt", "gore", "api: violence/graphic 0.97", 10));
    assertThat(house.accounts().find(ada)).isEmpty();
    assertThat(submit(ada, "a lion").submission()).isInstanceOf(Submission.Accepted.class);
  }

  @Test
  void what_the_lists_reject_is_not_asked_about() {
    int before = API.asked().size();
    assertThat(submit(House.anyone(), "hardcore porn").submission())
        .isInstanceOf(Submission.Rejected.class);
    assertThat(API.asked()).hasSize(before);
  }

  @Test
  void while_it_does_not_answer_nothing_is_charged_and_no_token_taken() {
    String ada = House.anyone();
    API.fails(Fault.status(500));
    try {
      Submissions.Outcome outcome = submit(ada, "a lion");
      assertThat(outcome.submission()).isInstanceOf(Submission.Unjudged.class);
      assertThat(left(outcome)).isEqualTo(10);
      assertThat(house.accounts().find(ada)).isEmpty();
      assertThat(house.reputations().score(ada)).isEqualTo(100);
    } finally {
      API.fails(null);
    }
  }

  @Test
  void a_rejection_that_cannot_be_written_down_takes_no_token() {
    String ada = House.anyone();
    house.jdbi().useHandle(h -> h.execute("ALTER TABLE moderation_verdicts RENAME TO away"));
    try {
      assertThatThrownBy(() -> submit(ada, "hardcore porn"));
    } finally {
      house.jdbi().useHandle(h -> h.execute("ALTER TABLE away RENAME TO moderation_verdicts"));
    }
    assertThat(left(submit(ada, "a lion"))).isEqualTo(9);
  }

  @Test
  void what_was_answered_before_is_answered_again_without_it() {
    String ada = House.anyone();
    Draft draft = house.draft(ada, Plan.FREE, "a whale", 2, "key", "hash");
    assertThat(house.submit(draft).submission()).isInstanceOf(Submission.Accepted.class);
    API.fails(Fault.status(500));
    try {
      Submissions.Outcome again = house.submit(draft);
      assertThat(((Submission.Accepted) again.submission()).replayed()).isTrue();
      assertThat(left(again)).isEqualTo(9);
    } finally {
      API.fails(null);
    }
  }

  @Test
  void a_service_that_would_rather_accept_accepts() {
    try (FakeModeration away = new FakeModeration().fails(Fault.drop());
        House open = new House(RateLimitSettings.defaults(), away.settings(true, Map.of()))) {
      assertThat(open.submit(open.draft(House.anyone(), Plan.FREE, 5)).submission())
          .isInstanceOf(Submission.Accepted.class);
    }
  }
}
