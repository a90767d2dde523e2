package com.jadariselabs.video.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AutoscalerTest {
  private final Autoscaler autoscaler = new Autoscaler(1, 3);

  @Test
  void one_is_added_per_asking_while_more_than_ten_wait() {
    assertThat(autoscaler.target(1, 10)).isEqualTo(1);
    assertThat(autoscaler.target(1, 11)).isEqualTo(2);
    assertThat(autoscaler.target(2, 11)).isEqualTo(3);
    assertThat(autoscaler.target(3, 1_000)).isEqualTo(3);
  }

  @Test
  void one_is_taken_away_when_fewer_than_five_have_waited_for_a_while() {
    for (int i = 1; i < Autoscaler.QUIET_ASKINGS; i++) {
      assertThat(autoscaler.target(3, 4)).isEqualTo(3);
    }
    assertThat(autoscaler.target(3, 4)).isEqualTo(2);
    assertThat(autoscaler.target(2, 0)).isEqualTo(2);
  }

  @Test
  void a_short_lull_takes_nothing_away() {
    for (int i = 0; i < 20; i++) {
      assertThat(autoscaler.target(3, i % 3 == 0 ? 5 : 0)).isEqualTo(3);
    }
  }

  @Test
  void it_never_leaves_its_bounds() {
    for (int i = 0; i < 20; i++) {
      assertThat(autoscaler.target(1, 0)).isEqualTo(1);
    }
    assertThat(autoscaler.target(7, 7)).isEqualTo(3);
  }
}
