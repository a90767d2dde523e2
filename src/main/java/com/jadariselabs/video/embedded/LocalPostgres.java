package com.jadariselabs.video.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A real PostgreSQL of this service's own, on loopback, with durable commits and a random password.
 * It outlives a killed owner and is adopted by the next one. Not to be shared between threads while
 * starting or closing.
 */
public final class LocalPostgres implements Keeper.Server {
  private static final String USER = "postgres";
  private static final String DATABASE = "video";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path home;
  private final Path cluster;
  private final Path log;
  private final String password;
  private final Path programs;
  private final Unprivileged unprivileged;
  private int port;
  private boolean adopted;

  private LocalPostgres(DataDirectory data) throws IOException {
    this.home = data.child("postgres");
    this.cluster = home.resolve("cluster");
    this.log = home.resolve("server.log");
    this.password = data.secret("postgres/password");
    this.programs = PostgresPrograms.unpack(home).resolve("bin");
    Programs.trim(log);
    this.unprivileged = Unprivileged.find(log);
  }

  /**
   * Starts the server, or adopts the one that a killed owner left behind.
   *
   * @param data claimed by this process
   * @throws LocalServerException when it does not start
   */
  public static LocalPostgres start(DataDirectory data) {
    try {
      LocalPostgres postgres = new LocalPostgres(data);
      postgres.initialize();
      postgres.adoptOrLaunch();
      postgres.createDatabase();
      return postgres;
    } catch (IOException | SQLException e) {
      throw new LocalServerException(
          "The embedded PostgreSQL does not start: " + e.getMessage(), e);
    }
  }

  /** The JDBC URL of the service's database. */
  public String jdbcUrl() {
    return jdbcUrl(DATABASE);
  }

  /** The superuser, who is the only one. */
  public String user() {
    return USER;
  }

  /** The user's random password. */
  public String password() {
    return password;
  }

  /** Whether it was found running. */
  public boolean adopted() {
    return adopted;
  }

  /** Stops the server, ending what connections there are, and waits until it has. */
  @Override
  public void close() {
    pgCtl(List.of("stop", "-m", "fast", "-w", "-t", "10"), 15);
  }

  private void initialize() throws IOException {
    if (Files.exists(cluster)) {
      return;
    }
    // Made beside and renamed when complete: a killed initdb leaves nothing that looks like data.
    Path fresh = home.resolve("cluster.new");
    PostgresPrograms.remove(fresh);
    unprivileged.own(home);
    List<String> initdb =
        List.of(
            programs.resolve("initdb").toString(),
            "--pgdata=" + fresh,
            "--username=" + USER,
            "--pwfile=" + home.resolve("password"),
            "--auth=scram-sha-256",
            // The password is random and long: thousands of rounds would only slow each connection.
            "--set=scram_iterations=1",
            "--encoding=UTF8",
            "--no-locale");
    Optional<Integer> status = Programs.run(unprivileged.command(initdb), log, 60);
    if (status.isEmpty() || status.get() != 0) {
      throw new LocalServerException("The embedded PostgreSQL cannot be set up; see " + log);
    }
    Files.writeString(
        fresh.resolve("postgresql.conf"),
        "\ninclude_if_exists = 'video.conf'\n",
        StandardOpenOption.APPEND);
    Files.move(fresh, cluster, StandardCopyOption.ATOMIC_MOVE);
  }

  private void adoptOrLaunch() throws IOException {
    if (adopt()) {
      adopted = true;
      return;
    }
    Files.deleteIfExists(cluster.resolve("postmaster.pid"));
    port = Programs.port(home.resolve("port"));
    Files.writeString(cluster.resolve("video.conf"), settings(port));
    unprivileged.own(home);
    launch();
  }

  private void launch() {
    pgCtl(List.of("start", "-l", log.toString(), "-w", "-t", "60"), 65);
    if (!answers()) {
      throw new LocalServerException("The embedded PostgreSQL does not start; see " + log);
    }
  }

  /** The file of its process id stays: by it a new one sees whether the old one has quite ended. */
  @Override
  public boolean revive() {
    if (process().isPresent()) {
      return false;
    }
    launch();
    return true;
  }

  private Optional<ProcessHandle> process() {
    return Programs.number(cluster.resolve("postmaster.pid"))
        .flatMap(pid -> Programs.living(pid, "postgres"));
  }

  /** Whether a server is running on these files, waited for where it is starting or ending. */
  private boolean adopt() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process().isPresent()) {
      port = Programs.number(home.resolve("port")).map(Long::intValue).orElse(0);
      if (answers()) {
        return true;
      }
      if (System.nanoTime() > deadline) {
        pgCtl(List.of("stop", "-m", "immediate", "-w", "-t", "10"), 15);
        return false;
      }
      Programs.pause();
    }
    return false;
  }

  private static String settings(int port) {
    return """
        listen_addresses = '127.0.0.1'
        port = %d
        unix_socket_directories = ''
        max_connections = 100
        shared_buffers = 128MB
        fsync = on
        synchronous_commit = on
        wal_level = minimal
        max_wal_senders = 0
        max_wal_size = 512MB
        io_method = sync
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_min_messages = warning
        # A failing statement can hold a prompt.
        log_min_error_statement = panic
        log_error_verbosity = terse
        """
        .formatted(port);
  }

  private void pgCtl(List<String> action, int seconds) {
    List<String> command =
        unprivileged.command(
            List.of(programs.resolve("pg_ctl").toString(), "-s", "-D", cluster.toString()));
    command.addAll(action);
    Programs.run(command, log, seconds);
  }

  private boolean answers() {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  private void createDatabase() throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      try (ResultSet found =
          statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + DATABASE + "'")) {
        if (found.next()) {
          return;
        }
      }
      statement.execute("CREATE DATABASE " + DATABASE);
    }
  }

  private Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("socketTimeout", "10");
    return DriverManager.getConnection(jdbcUrl(database), properties);
  }

  private String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }
}
