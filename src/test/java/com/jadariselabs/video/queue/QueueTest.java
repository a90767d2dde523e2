package com.jadariselabs.video.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jadariselabs.video.testing.OwnRedis;
import com.jadariselabs.video.testing.Servers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class QueueTest {
  private final House house = House.on(1, 0, 0);

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void a_ring_tells_the_place_behind_its_own_queue_and_the_higher_ones() {
    assertThat(house.ring(Priority.NORMAL, "gen_1").position()).isEqualTo(1);
    assertThat(house.ring(Priority.NORMAL, "gen_2").position()).isEqualTo(2);
    assertThat(house.ring(Priority.HIGH, "gen_3").position()).isEqualTo(1);
    Place place = house.ring(Priority.LOW, "gen_4");
    assertThat(place.position()).isEqualTo(4);
    assertThat(place.lengths())
        .isEqualTo(Map.of(Priority.HIGH, 1, Priority.NORMAL, 2, Priority.LOW, 1));
  }

  @Test
  void a_job_is_in_the_form_that_resque_and_jesque_know() {
    house.ring(Priority.HIGH, "gen_1");
    try (Jedis jedis = jedis()) {
      assertThat(jedis.lrange(house.settings.key("queue", "high"), 0, -1))
          .containsExactly("{\"class\":\"Visit\",\"args\":[\"gen_1\",\"high\"]}");
      assertThat(jedis.smembers(house.settings.key("queues"))).containsExactly("high");
    }
  }

  @Test
  void what_waited_too_long_goes_before_all_others_in_the_order_of_its_rings() {
    house.ring(Priority.HIGH, "gen_pro");
    house.ring(Priority.LOW, "gen_old");
    house.ring(Priority.LOW, "gen_young");

    assertThat(house.queue.ringFirst(Priority.LOW, "gen_old").join().position()).isEqualTo(1);
    assertThat(house.queue.ringFirst(Priority.LOW, "gen_young").join().position()).isEqualTo(2);

    assertThat(house.lengths())
        .isEqualTo(Map.of(Priority.HIGH, 3, Priority.NORMAL, 0, Priority.LOW, 0));
    assertThat(house.queue.waitingFirst()).containsExactlyInAnyOrder("gen_old", "gen_young");
  }

  @Test
  void a_withdrawn_job_is_gone_wherever_it_stood() {
    house.ring(Priority.LOW, "gen_1");
    house.ring(Priority.LOW, "gen_2");
    house.ring(Priority.LOW, "gen_3");
    house.queue.ringFirst(Priority.LOW, "gen_3").join();

    assertThat(house.queue.withdraw(Priority.LOW, "gen_1").join()).isTrue();
    assertThat(house.queue.withdraw(Priority.LOW, "gen_3").join()).isTrue();
    assertThat(house.queue.withdraw(Priority.LOW, "gen_3").join()).isFalse();
    assertThat(house.queue.waiting()).containsExactly("gen_2");
  }

  @Test
  void the_sweep_sees_every_waiting_id() {
    house.ringAll(Priority.HIGH, 30);
    house.ringAll(Priority.LOW, 30);
    house.queue.ringFirst(Priority.LOW, "gen_low7").join();
    assertThat(house.queue.waiting()).hasSize(60).contains("gen_high29", "gen_low7", "gen_low29");
  }

  @Test
  void an_id_that_could_break_the_form_is_refused() {
    assertThatThrownBy(() -> house.queue.ring(Priority.LOW, "gen\",\"x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> house.queue.ring(Priority.LOW, ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_ring_that_redis_refuses_or_does_not_hear_fails() {
    try (OwnRedis server = new OwnRedis();
        House own = new House(server.settings(), House.settings(1, 0, 0));
        Jedis admin = server.connect()) {
      own.ring(Priority.LOW, "gen_1");
      admin.configSet("maxmemory", "1");
      assertThat(own.queue.ring(Priority.LOW, "gen_2"))
          .failsWithin(Duration.ofSeconds(3))
          .withThrowableThat()
          .withMessageContaining("OOM");
      admin.configSet("maxmemory", "0");
      server.stop();
      assertThat(own.queue.ring(Priority.LOW, "gen_3")).failsWithin(Duration.ofSeconds(3));
      server.startAgain();
    }
  }

  private static Jedis jedis() {
    return new Jedis("127.0.0.1", Servers.redisPort());
  }
}
