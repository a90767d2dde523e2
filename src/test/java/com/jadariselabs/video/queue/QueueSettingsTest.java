package com.jadariselabs.video.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueSettingsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1, 4, i1, QUEUE_MAX_CONCURRENT",
    "3, 5, 4, i1, WORKERS_MIN",
    "3, -1, 4, i1, WORKERS_MIN",
    "3, 0, 4, i1, WORKERS_MIN",
    "3, 1, 1001, i1, WORKERS_MAX",
    "3, 1, 4, 'a:b', INSTANCE_ID",
    "3, 1, 4, '', INSTANCE_ID",
  })
  void a_wrong_setting_is_named(int slots, int min, int max, String instance, String setting) {
    assertThatThrownBy(() -> new QueueSettings(slots, min, max, "resque", instance))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(setting);
  }

  @ParameterizedTest
  @CsvSource({"3, 0, 0", "1, 1, 1", "10000, 1, 1000"})
  void what_makes_sense_is_taken(int slots, int min, int max) {
    assertThat(new QueueSettings(slots, min, max, "resque", "host-1.local_7f3a")).isNotNull();
  }
}
