package com.jadariselabs.video.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class LocalServersTest {
  @TempDir static Path directory;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private DataDirectory data;

  /** What another process runs: it starts both servers, says so, and waits to be killed. */
  public static final class Owner {
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws Exception {
      DataDirectory data = DataDirectory.open(Path.of(args[0]));
      data.claim();
      LocalRedis.start(data);
      LocalPostgres.start(data);
      System.out.println("ready");
      System.in.read();
    }
  }

  @BeforeAll
  static void the_first_start_makes_everything() {
    try (DataDirectory data = DataDirectory.open(directory);
        LocalPostgres postgres = LocalPostgres.start(data);
        LocalRedis redis = LocalRedis.start(data)) {
      assertThat(postgres.adopted()).isFalse();
      assertThat(redis.adopted()).isFalse();
    }
  }

  @BeforeEach
  void open() {
    data = keep(DataDirectory.open(directory));
  }

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Test
  void what_was_written_survives_a_restart_of_postgresql() throws Exception {
    LocalPostgres first = LocalPostgres.start(data);
    execute(first, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer");
    first.close();
    assertThatThrownBy(() -> query(first, "SELECT 1")).isInstanceOf(SQLException.class);
    LocalPostgres second = keep(LocalPostgres.start(data));
    assertThat(query(second, "SELECT answer FROM kept")).isEqualTo("42");
    assertThat(second.jdbcUrl()).isEqualTo(first.jdbcUrl());
  }

  @Test
  void what_was_written_survives_a_restart_of_redis() {
    LocalRedis first = LocalRedis.start(data);
    try (Jedis jedis = client(first)) {
      jedis.set("kept", "42");
    }
    first.close();
    LocalRedis second = keep(LocalRedis.start(data));
    try (Jedis jedis = client(second)) {
      assertThat(jedis.get("kept")).isEqualTo("42");
      assertThat(jedis.configGet("maxmemory-policy")).contains("noeviction");
    }
    assertThat(second.port()).isEqualTo(first.port());
  }

  @Test
  void commits_are_durable_and_strangers_kept_out() throws Exception {
    LocalPostgres postgres = keep(LocalPostgres.start(data));
    assertThat(query(postgres, "SHOW fsync")).isEqualTo("on");
    assertThat(query(postgres, "SHOW synchronous_commit")).isEqualTo("on");
    assertThat(query(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), "postgres", "wrong"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password");
    LocalRedis redis = keep(LocalRedis.start(data));
    try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
      assertThatThrownBy(jedis::ping).hasMessageContaining("NOAUTH");
    }
    for (String secret : new String[] {"postgres/password", "redis/password", "redis/redis.conf"}) {
      assertThat(Files.getPosixFilePermissions(directory.resolve(secret)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void servers_of_a_killed_owner_are_adopted() throws Exception {
    Process owner = owner();
    assertThatThrownBy(data::claim)
        .isInstanceOf(LocalServerException.class)
        .hasMessageContaining("in use by another process (pid " + owner.pid() + ")");
    owner.destroyForcibly().waitFor();
    long start = System.nanoTime();
    data.claim();
    LocalPostgres postgres = keep(LocalPostgres.start(data));
    LocalRedis redis = keep(LocalRedis.start(data));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(postgres.adopted()).isTrue();
    assertThat(redis.adopted()).isTrue();
    assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
    try (Jedis jedis = client(redis)) {
      assertThat(jedis.ping()).isEqualTo("PONG");
    }
  }

  @Test
  void servers_that_were_killed_themselves_start_again() throws Exception {
    LocalPostgres postgres = LocalPostgres.start(data);
    execute(postgres, "CREATE TABLE IF NOT EXISTS lived AS SELECT 7 AS answer");
    LocalRedis redis = LocalRedis.start(data);
    try (Jedis jedis = client(redis)) {
      jedis.set("lived", "7");
      jedis.configSet("appendfsync", "always");
      jedis.set("lived", "8");
    }
    kill(directory.resolve("postgres/cluster/postmaster.pid"));
    kill(directory.resolve("redis/redis.pid"));
    LocalPostgres again = keep(LocalPostgres.start(data));
    assertThat(again.adopted()).isFalse();
    assertThat(query(again, "SELECT answer FROM lived")).isEqualTo("7");
    LocalRedis redisAgain = keep(LocalRedis.start(data));
    assertThat(redisAgain.adopted()).isFalse();
    try (Jedis jedis = client(redisAgain)) {
      assertThat(jedis.get("lived")).isEqualTo("8");
    }
  }

  @Test
  void servers_that_die_while_somebody_needs_them_are_started_again_at_their_place()
      throws Exception {
    LocalPostgres postgres = keep(LocalPostgres.start(data));
    LocalRedis redis = keep(LocalRedis.start(data));
    keep(new Keeper("PostgreSQL", postgres));
    keep(new Keeper("Redis", redis));
    kill(directory.resolve("postgres/cluster/postmaster.pid"));
    kill(directory.resolve("redis/redis.pid"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> query(postgres, "SELECT 1").equals("1"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              try (Jedis jedis = client(redis)) {
                return jedis.ping().equals("PONG");
              }
            });
  }

  @Test
  void a_remembered_port_that_others_took_is_given_up() throws Exception {
    int taken = Integer.parseInt(Files.readString(directory.resolve("postgres/port")).trim());
    int takenRedis = Integer.parseInt(Files.readString(directory.resolve("redis/port")).trim());
    try (ServerSocket one = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress());
        ServerSocket two = new ServerSocket(takenRedis, 1, InetAddress.getLoopbackAddress())) {
      assertThat(one.isBound() && two.isBound()).isTrue();
      LocalPostgres postgres = keep(LocalPostgres.start(data));
      LocalRedis redis = keep(LocalRedis.start(data));
      assertThat(postgres.jdbcUrl()).doesNotContain(":" + taken + "/");
      assertThat(query(postgres, "SELECT 1")).isEqualTo("1");
      assertThat(redis.port()).isNotEqualTo(takenRedis);
    }
  }

  @Test
  void a_secret_is_made_once_and_read_by_its_owner_alone() throws Exception {
    String secret = data.secret("jwt-secret");
    assertThat(secret).matches("[A-Za-z0-9_-]{43}");
    try (DataDirectory other = DataDirectory.open(directory)) {
      assertThat(other.secret("jwt-secret")).isEqualTo(secret);
    }
    assertThat(Files.getPosixFilePermissions(directory.resolve("jwt-secret")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  private Process owner() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    keep(() -> process.destroyForcibly().waitFor());
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !line.equals("ready")) {
        line = out.readLine();
      }
      assertThat(line).as("the owner started its servers").isEqualTo("ready");
    }
    return process;
  }

  private static void kill(Path pidFile) throws Exception {
    long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).trim());
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    Awaitility.await().until(() -> !process.isAlive());
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  private static Jedis client(LocalRedis redis) {
    Jedis jedis = new Jedis("127.0.0.1", redis.port());
    jedis.auth(redis.password());
    return jedis;
  }

  private static void execute(LocalPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(LocalPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static Connection connect(LocalPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }
}
