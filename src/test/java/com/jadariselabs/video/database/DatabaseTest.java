package com.jadariselabs.video.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jadariselabs.video.testing.Servers;
import io.dropwizard.core.setup.Environment;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private Database database;

  @BeforeEach
  void open() {
    database = Database.open(settings(Servers.freshDatabase()), new Environment("test"));
  }

  @AfterEach
  void close() throws Exception {
    database.pool().stop();
  }

  @Test
  void several_processes_may_bring_the_schema_up_to_date_at_once() throws Exception {
    String url = emptySchema();
    Properties login = new Properties();
    login.setProperty("user", "postgres");
    ExecutorService processes = Executors.newFixedThreadPool(4);
    try {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(CompletableFuture.runAsync(() -> Migrations.apply(url, login), processes));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
    } finally {
      processes.shutdownNow();
    }
    int applied =
        Servers.jdbi(url)
            .withHandle(
                h ->
                    h.createQuery(
                            "SELECT count(*) - count(DISTINCT version) FROM"
                                + " flyway_schema_history WHERE version IS NOT NULL")
                        .mapTo(Integer.class)
                        .one());
    assertThat(applied).as("migrations applied twice").isZero();
  }

  @Test
  void a_statement_that_takes_too_long_is_cancelled() {
    long start = System.nanoTime();
    assertThatThrownBy(() -> database.jdbi().withHandle(h -> h.execute("SELECT pg_sleep(30)")))
        .rootCause()
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void no_argument_of_a_failed_statement_is_in_its_exception() {
    database.jdbi().useHandle(h -> h.execute("CREATE TABLE limited (a text CHECK (a = 'x'))"));
    assertThatThrownBy(
            () ->
                database
                    .jdbi()
                    .useHandle(
                        h ->
                            h.createUpdate("INSERT INTO limited VALUES (:a)")
                                .bind("a", "canary")
                                .execute()))
        .satisfies(
            e -> {
              for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                assertThat(cause.getMessage()).doesNotContain("canary");
              }
            });
  }

  @Test
  void connections_that_the_server_cut_are_replaced() throws Exception {
    assertThat(database.complaint()).isEmpty();
    try (Connection other = DriverManager.getConnection(database.url(), database.properties());
        Statement statement = other.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'video-generation-service'"
              + " AND pid <> pg_backend_pid()");
    }
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () ->
                database
                    .jdbi()
                    .withHandle(h -> h.createQuery("SELECT 1").mapTo(Integer.class).one())
                    .equals(1));
    assertThat(database.complaint()).isEmpty();
  }

  @Test
  void statements_are_prepared_on_the_server_where_no_pooler_stands_in_between() {
    assertThat(database.properties().getProperty("prepareThreshold")).isEqualTo("5");
  }

  @Test
  void a_database_that_does_not_exist_is_not_waited_for() {
    long start = System.nanoTime();
    DatabaseSettings nowhere =
        new DatabaseSettings(
            Servers.freshDatabase().replaceFirst("/t\\d+\\?", "/nowhere?"),
            "postgres",
            null,
            1,
            1,
            60,
            null);
    assertThatThrownBy(() -> Database.open(nowhere, new Environment("test")))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("nowhere");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  private static DatabaseSettings settings(String url) {
    return new DatabaseSettings(url, "postgres", null, 4, 1, 5, null);
  }

  private static String emptySchema() throws SQLException {
    String url = Servers.freshDatabase();
    String schema = "empty_" + UUID.randomUUID().toString().substring(0, 8);
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + schema);
    }
    return url + "&currentSchema=" + schema;
  }
}
