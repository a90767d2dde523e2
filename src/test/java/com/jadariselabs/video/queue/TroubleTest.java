package com.jadariselabs.video.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jadariselabs.video.testing.OwnRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** What Redis does to workers, and what they make of it. */
class TroubleTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final OwnRedis server = new OwnRedis();
  private final House house = new House(server.settings(), House.settings(2, 2, 2)).endingAtOnce();

  @BeforeEach
  void start() {
    house.workers.start();
    house.ring(Priority.LOW, "gen_warm");
    await().atMost(SOON).until(() -> house.ids().contains("gen_warm"));
  }

  @AfterEach
  void close() {
    house.close();
    server.close();
  }

  @Test
  void after_a_restart_of_redis_they_move_again_within_two_seconds() {
    server.stop();
    await().atMost(SOON).until(() -> !house.redis.isUp());
    assertThat(house.workers.problem()).contains("the workers cannot reach Redis");
    server.startAgain();
    long back = System.nanoTime();
    await().atMost(SOON).until(house.redis::isUp);
    house.ring(Priority.LOW, "gen_after");
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(SOON)
        .until(() -> house.ids().contains("gen_after"));
    assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(3));
    await().atMost(SOON).until(() -> house.workers.problem().isEmpty());
  }

  @Test
  void flushall_in_mid_flight_costs_no_slot_and_no_worker() {
    house.handler = house::holdSlot;
    house.ring(Priority.LOW, "gen_held");
    await().atMost(SOON).until(() -> house.ids().contains("gen_held"));
    try (Jedis admin = server.connect()) {
      admin.flushAll();
      house.endAll();
      house.endingAtOnce();
      house.ringAll(Priority.HIGH, 20);
      await().atMost(SOON).until(() -> house.visits.size() == 22);
      await().atMost(SOON).until(() -> house.workers.stats().busy() == 0);
      await().atMost(SOON).until(() -> admin.scard(house.settings.key("workers")) == 2);
    }
    assertThat(house.workers.problem()).isEmpty();
  }

  @Test
  void forgotten_scripts_are_loaded_again() {
    try (Jedis admin = server.connect()) {
      admin.scriptFlush();
    }
    house.ringAll(Priority.HIGH, 20);
    await().atMost(SOON).until(() -> house.visits.size() == 21);
  }

  @Test
  void a_full_redis_still_hands_out_what_it_has() {
    try (Jedis admin = server.connect()) {
      house.queue.setPaused(true);
      house.ring(Priority.LOW, "gen_there");
      admin.configSet("maxmemory", "1");
      house.queue.setPaused(false);
      await().atMost(SOON).until(() -> house.ids().contains("gen_there"));
      admin.configSet("maxmemory", "0");
      house.ring(Priority.LOW, "gen_after");
      await().atMost(SOON).until(() -> house.ids().contains("gen_after"));
    }
  }

  @Test
  void a_read_only_redis_is_waited_for() {
    try (Jedis admin = server.connect()) {
      house.queue.setPaused(true);
      house.ring(Priority.LOW, "gen_stuck");
      admin.slaveof("127.0.0.1", 1);
      house.queue.setPaused(false);
      await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> house.visits.size() == 1);
      admin.slaveofNoOne();
      await().atMost(SOON).until(() -> house.ids().contains("gen_stuck"));
    }
  }

  @Test
  void a_job_that_is_no_visit_is_dropped_and_the_next_one_served() {
    try (Jedis admin = server.connect()) {
      String queue = house.settings.key("queue", "high");
      admin.rpush(queue, "not json", "{\"class\":\"Other\",\"args\":[1]}", "{\"class\":\"Visit\"}");
    }
    house.ring(Priority.LOW, "gen_next");
    await().atMost(SOON).until(() -> house.ids().contains("gen_next"));
    assertThat(house.lengths().get(Priority.HIGH)).isZero();
    assertThat(house.workers.stats().busy()).isZero();
  }

  @Test
  void nothing_is_left_in_flight_when_the_visits_have_been_begun() {
    house.ringAll(Priority.LOW, 50);
    await().atMost(SOON).until(() -> house.visits.size() == 51);
    try (Jedis admin = server.connect()) {
      await().atMost(SOON).until(() -> admin.keys(house.settings.key("inflight", "*")).isEmpty());
      assertThat(admin.get(house.settings.key("stat", "processed"))).isEqualTo("51");
    }
  }

  @Test
  void the_register_is_freed_of_dead_processes_and_of_nobody_else() {
    String queues = String.join(",", Delivery.QUEUES);
    String dead = "gone-w1:1:" + queues;
    String alive = "other-w1:1:" + queues;
    String foreign = "host:123:mail";
    try (Jedis admin = server.connect()) {
      admin.set(house.settings.key("instance", "other"), "1", SetParams.setParams().ex(60L));
      admin.sadd(house.settings.key("workers"), dead, alive, foreign);
      admin.lpush(house.settings.key("inflight", dead, queues), "{}");
      admin.set(house.settings.key("worker", dead, "started"), "then");

      Instances instances = new Instances(house.redis, house.settings);
      instances.removeDead(admin.smembers(house.settings.key("workers")));

      assertThat(admin.smembers(house.settings.key("workers")))
          .hasSize(4)
          .contains(alive, foreign)
          .doesNotContain(dead);
      assertThat(admin.keys(house.settings.namespace() + ":*gone-w1*")).isEmpty();
      assertThat(admin.exists(house.settings.key("instance", "i1"))).isTrue();
    }
  }

  @Test
  void a_stopped_process_leaves_nothing_in_the_register() {
    house.workers.stop();
    try (Jedis admin = server.connect()) {
      assertThat(admin.scard(house.settings.key("workers"))).isZero();
      assertThat(admin.exists(house.settings.key("instance", "i1"))).isFalse();
    }
  }
}
