package com.jadariselabs.video.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tomcat.jdbc.pool.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPoolConfig;
import redis.embedded.RedisServer;

/**
 * The run's one PostgreSQL and one Redis, started when first asked for and stopped with the JVM.
 * Each test class takes a database of its own and a key prefix of its own.
 */
public final class Servers {
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final Map<String, Jdbi> JDBIS = new ConcurrentHashMap<>();

  private Servers() {}

  /** A JDBC URL of a fresh, migrated database, for user {@code postgres} without a password. */
  public static String freshDatabase() {
    String name = "t" + DATABASES.incrementAndGet();
    sql("CREATE DATABASE " + name + " TEMPLATE " + MigratedHolder.NAME);
    return url(name);
  }

  private static void sql(String statement) {
    PostgresHolder.JDBI.useHandle(handle -> handle.execute(statement));
  }

  private static String url(String database) {
    return PostgresHolder.SERVER.getJdbcUrl("postgres", database);
  }

  /** JDBI with SQL objects on this URL. */
  public static Jdbi jdbi(String url) {
    return JDBIS.computeIfAbsent(
        url, any -> Jdbi.create(connections(url)).installPlugin(new SqlObjectPlugin()));
  }

  /** Connections to this URL, kept for a while when they are given back. */
  static DataSource connections(String url) {
    DataSource connections = new DataSource();
    connections.setUrl(url);
    connections.setDriverClassName("org.postgresql.Driver");
    connections.setMaxActive(40);
    connections.setMaxIdle(40);
    connections.setInitialSize(0);
    connections.setMinIdle(0);
    connections.setMinEvictableIdleTimeMillis(3_000);
    connections.setTimeBetweenEvictionRunsMillis(1_000);
    connections.setTestOnBorrow(true);
    connections.setValidationQuery("SELECT 1");
    connections.setValidationQueryTimeout(5);
    return connections;
  }

  /** The port of the run's Redis on loopback. */
  public static int redisPort() {
    return RedisHolder.PORT;
  }

  /** A pool of connections to the run's Redis. */
  public static JedisPool redisPool() {
    JedisPoolConfig config = new JedisPoolConfig();
    config.setMaxTotal(16);
    return new JedisPool(config, "127.0.0.1", redisPort());
  }

  /** A free port of loopback. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Migrated once and then copied: that takes a tenth of the time. */
  private static final class MigratedHolder {
    static final String NAME = migrated("migrated");

    private static String migrated(String name) {
      sql("CREATE DATABASE " + name);
      Flyway.configure()
          .dataSource(url(name), "postgres", "")
          .locations("classpath:migrations")
          .load()
          .migrate();
      return name;
    }
  }

  private static final class PostgresHolder {
    static final EmbeddedPostgres SERVER = start();
    static final Jdbi JDBI = jdbi(SERVER.getJdbcUrl("postgres", "postgres"));

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("max_connections", "200")
            // Nothing here outlives the run, nor grows for long enough to be cleaned.
            .setServerConfig("fsync", "off")
            .setServerConfig("autovacuum", "off")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class RedisHolder {
    static final int PORT = freePort();

    static {
      try {
        RedisServer server =
            RedisServer.newRedisServer()
                .port(PORT)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .setting("maxmemory-policy noeviction")
                .build();
        server.start();
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      try {
                        server.stop();
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
