package com.jadariselabs.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.apache.tomcat.jdbc.pool.PoolExhaustedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

class OutageTest {
  private final Outage outage = new Outage();

  @ParameterizedTest
  @ValueSource(strings = {"08001", "08006", "53300", "53100", "57P01", "57P03", "57014", "58030"})
  void a_database_that_is_away_full_or_too_slow_is_an_outage(String state) {
    assertThat(outage.test(new SQLException("x", state))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"23505", "42601", "22001", "40001", "25006"})
  void a_statement_that_is_wrong_is_none(String state) {
    assertThat(outage.test(new SQLException("x", state))).isFalse();
  }

  @Test
  void a_pool_without_a_connection_left_is_an_outage() {
    assertThat(outage.test(new PoolExhaustedException("x"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOADING Redis is loading", "OOM command not allowed", "READONLY You"})
  void a_redis_that_cannot_serve_is_an_outage(String reply) {
    assertThat(outage.test(new JedisDataException(reply))).isTrue();
    assertThat(outage.test(new JedisConnectionException("refused"))).isTrue();
  }

  @Test
  void a_wrong_command_is_none() {
    assertThat(outage.test(new JedisDataException("ERR unknown command"))).isFalse();
    assertThat(outage.test(new IllegalStateException())).isFalse();
  }
}
