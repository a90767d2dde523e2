package com.jadariselabs.video;

import java.sql.SQLException;
import java.util.Set;
import java.util.function.Predicate;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Whether an exception means that PostgreSQL or Redis is away, rather than that we are wrong. */
final class Outage implements Predicate<Throwable> {
  /** Out of resources, operator intervention (restart, a cancelled statement), system error. */
  private static final Set<String> CLASSES = Set.of("08", "53", "57", "58");

  private static final Set<String> REDIS_STATES =
      Set.of("LOADING", "OOM", "READONLY", "MISCONF", "MASTERDOWN", "NOREPLICAS");

  @Override
  public boolean test(Throwable thrown) {
    if (thrown instanceof SQLException sql) {
      String state = sql.getSQLState();
      return state == null
          ? sql instanceof org.apache.tomcat.jdbc.pool.PoolExhaustedException
          : state.length() == 5 && CLASSES.contains(state.substring(0, 2));
    }
    if (thrown instanceof JedisDataException refused) {
      String message = String.valueOf(refused.getMessage());
      return REDIS_STATES.stream().anyMatch(message::startsWith);
    }
    return thrown instanceof JedisConnectionException;
  }
}
