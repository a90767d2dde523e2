package com.jadariselabs.video.database;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jdbi3.JdbiFactory;
import io.dropwizard.util.Duration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;

/** PostgreSQL as this process uses it: migrated, pooled, with a limit on each wait. Thread-safe. */
public final class Database {
  private static final int HEALTH_SECONDS = 3;
  private static final int SOCKET_SLACK_SECONDS = 10;

  private final Jdbi jdbi;
  private final ManagedDataSource pool;
  private final String url;
  private final Properties properties;

  private Database(Jdbi jdbi, ManagedDataSource pool, String url, Properties properties) {
    this.jdbi = jdbi;
    this.pool = pool;
    this.url = url;
    this.properties = properties;
  }

  /**
   * Waits for PostgreSQL (within the settings' patience), brings the schema up to date, and opens
   * the pool, which the environment closes.
   *
   * @param settings with a URL
   * @throws DatabaseException when it cannot be reached, or a migration fails
   */
  public static Database open(DatabaseSettings settings, Environment environment) {
    String url = Objects.requireNonNull(settings.url());
    Properties login = new Properties();
    Optional.ofNullable(settings.user()).ifPresent(user -> login.setProperty("user", user));
    Optional.ofNullable(settings.password())
        .ifPresent(password -> login.setProperty("password", password));
    boolean pooled = new Knock(url, login, settings.startTimeoutSeconds()).answered();
    Properties properties = properties(settings, login, pooled);
    Migrations.apply(url, properties);
    DataSourceFactory factory = factory(settings, url, properties);
    ManagedDataSource pool = factory.build(environment.metrics(), "postgresql");
    Jdbi jdbi = new JdbiFactory().build(environment, factory, pool, "postgresql");
    // Its complaint would be a stack trace; the wiring registers one that is a sentence.
    environment.healthChecks().unregister("postgresql");
    jdbi.getConfig(StatementExceptions.class)
        // A statement's arguments can hold a prompt: they must not reach a log with an exception.
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
    return new Database(jdbi, pool, url, properties);
  }

  /** JDBI on the pool. */
  public Jdbi jdbi() {
    return jdbi;
  }

  /** The pool. */
  public ManagedDataSource pool() {
    return pool;
  }

  /** The JDBC URL, for connections beside the pool. */
  public String url() {
    return url;
  }

  /** The driver's properties with user and password, for connections beside the pool; a copy. */
  public Properties properties() {
    Properties copy = new Properties();
    copy.putAll(properties);
    return copy;
  }

  /** What is wrong, for the health check; empty while it answers. */
  public Optional<String> complaint() {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(HEALTH_SECONDS)
          ? Optional.empty()
          : Optional.of("it does not answer");
    } catch (SQLException e) {
      return Optional.of("no connection can be had");
    }
  }

  private static Properties properties(
      DatabaseSettings settings, Properties login, boolean pooled) {
    int statementSeconds = settings.statementTimeoutSeconds();
    Properties properties = new Properties();
    properties.putAll(login);
    properties.setProperty("ApplicationName", "video-generation-service");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "10");
    properties.setProperty("socketTimeout", "" + (statementSeconds + SOCKET_SLACK_SECONDS));
    properties.setProperty("cancelSignalTimeout", "5");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("reWriteBatchedInserts", "true");
    // "Failing row contains …" would carry prompts into logs.
    properties.setProperty("logServerErrorDetail", "false");
    Integer threshold = settings.prepareThreshold();
    properties.setProperty(
        "prepareThreshold", "" + (threshold == null ? pooled ? 0 : 5 : threshold));
    if (!pooled) {
      properties.setProperty("options", "-c statement_timeout=" + statementSeconds + "s");
    }
    return properties;
  }

  private static DataSourceFactory factory(
      DatabaseSettings settings, String url, Properties properties) {
    DataSourceFactory factory = new DataSourceFactory();
    factory.setDriverClass("org.postgresql.Driver");
    factory.setUrl(url);
    Map<String, String> others = new HashMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> others.put(name, properties.getProperty(name)));
    factory.setProperties(others);
    int size = settings.poolSize();
    factory.setInitialSize(Math.min(2, size));
    factory.setMinSize(Math.min(2, size));
    factory.setMaxSize(size);
    factory.setMaxWaitForConnection(Duration.seconds(5));
    factory.setAutoCommentsEnabled(false);
    factory.setCheckConnectionOnBorrow(true);
    factory.setCheckConnectionWhileIdle(true);
    // One look a second at most: after a restart of PostgreSQL no request finds a dead connection.
    factory.setValidationInterval(Duration.seconds(1));
    factory.setValidationQuery("SELECT 1");
    factory.setValidationQueryTimeout(Duration.seconds(3));
    return factory;
  }
}
