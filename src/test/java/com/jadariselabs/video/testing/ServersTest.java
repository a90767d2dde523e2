package com.jadariselabs.video.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;

class ServersTest {

  @Test
  void the_run_has_a_real_postgresql_and_a_real_redis() {
    String version =
        Servers.jdbi(Servers.freshDatabase())
            .withHandle(h -> h.createQuery("SHOW server_version").mapTo(String.class).one());
    assertThat(version).startsWith("18");
    try (JedisPool pool = Servers.redisPool();
        Jedis jedis = pool.getResource()) {
      assertThat(jedis.ping()).isEqualTo("PONG");
    }
  }
}
