package com.jadariselabs.video.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.moderation.Rejection;
import com.jadariselabs.video.ratelimit.RateLimitSettings;
import com.jadariselabs.video.testing.FakeModeration;
import com.jadariselabs.video.testing.Fault;
import com.jadariselabs.video.testing.House;
import com.jadariselabs.video.testing.Pictures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScrutinyTest {
  private static final FakeModeration API = new FakeModeration();
  private static House house;
  private static Bench bench;

  @BeforeAll
  static void open() {
    house = new House(RateLimitSettings.defaults(), API.settings());
    bench = new Bench(house);
  }

  @AfterAll
  static void close() {
    bench.close();
    house.close();
    API.close();
  }

  @AfterEach
  void reset() {
    API.answers(input -> FakeModeration.CLEAN);
  }

  @Test
  void the_enhanced_prompt_is_asked_about_and_then_used() {
    Generation g = bench.accepted();
    int before = API.asked().size();
    Work work = bench.until(Step.CREATE, g.id());
    assertThat(API.asked()).hasSize(before + 1);
    assertThat(API.asked().get(before).path("input").asText())
        .isEqualTo(work.generation().enhancedPrompt())
        .isNotEqualTo(g.prompt());
  }

  @Test
  void an_enhanced_prompt_that_is_rejected_ends_refunded_and_costs_no_reputation() {
    Generation g = bench.accepted();
    API.answers(input -> FakeModeration.flagged("violence", 0.9));
    bench.finish(bench.claim(g.id()));
    Generation ended = bench.row(g.id());
    assertThat(ended.errorCode()).isEqualTo("content_rejected");
    assertThat(ended.creditsRefunded()).isEqualTo(ended.creditsCharged());
    assertThat(house.reputations().score(g.userId())).isEqualTo(100);
    assertThat(house.reputations().rejections(g.userId(), Long.MAX_VALUE, 10))
        .extracting(Rejection::subject, Rejection::rule, Rejection::points, Rejection::generationId)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "enhanced_prompt", "api: violence 0.90", 0, g.id()));
    assertThat(bench.provider().made()).isEmpty();
  }

  @Test
  void a_start_image_that_is_rejected_ends_refunded_and_is_forgotten() throws Exception {
    try (Pictures pictures = new Pictures()) {
      Generation g = bench.accepted();
      bench.sql(
          "UPDATE generations SET model = 'gen45', image_url = '%s' WHERE id = '%s'",
          pictures.url(), g.id());
      API.answers(input -> FakeModeration.flagged("violence", 0.9));
      bench.finish(bench.claim(g.id()));
      Generation ended = bench.row(g.id());
      assertThat(ended.errorCode()).isEqualTo("content_rejected");
      assertThat(ended.creditsRefunded()).isEqualTo(ended.creditsCharged());
      assertThat(house.reputations().rejections(g.userId(), Long.MAX_VALUE, 10))
          .extracting(Rejection::subject)
          .containsExactly("image");
      assertThat(bench.files(g.id())).isEmpty();
      assertThat(bench.provider().made()).isEmpty();
    }
  }

  @Test
  void while_nobody_answers_it_waits_and_spends_nothing_and_in_the_end_gives_up() {
    Generation g = bench.accepted();
    API.fails(Fault.status(500));
    Work work = bench.claim(g.id());
    Next next = bench.once(work);
    assertThat(next).isInstanceOf(Next.Again.class);
    assertThat(bench.row(g.id()).attempts()).isEqualTo(1);
    while (next instanceof Next.Again again) {
      next = bench.once(again.work());
    }
    assertThat(bench.row(g.id()).status()).isEqualTo("queued");
    API.answers(input -> FakeModeration.CLEAN);
  }
}
