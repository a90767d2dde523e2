package com.jadariselabs.video.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/** The first connection: is PostgreSQL there, and is a pooler standing in between. */
record Knock(String url, Properties login, int patienceSeconds) {
  /** Refused or cut connections, and a server that is starting or ending. */
  private static final Set<String> AWAY =
      Set.of("08000", "08001", "08003", "08004", "08006", "57P01", "57P02", "57P03", "53300");

  /**
   * Waits until PostgreSQL answers.
   *
   * @return whether a pooler stands in between: the process id that the connection was told is then
   *     not the one that serves it
   */
  boolean answered() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
    while (true) {
      try {
        return pooled();
      } catch (SQLException e) {
        if (!AWAY.contains(String.valueOf(e.getSQLState())) || System.nanoTime() > deadline) {
          throw new DatabaseException(sentence(e), e);
        }
        pause(e);
      }
    }
  }

  private boolean pooled() throws SQLException {
    Properties properties = new Properties();
    properties.putAll(login);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "5");
    properties.setProperty("socketTimeout", "5");
    properties.setProperty("prepareThreshold", "0");
    try (Connection connection = DriverManager.getConnection(url, properties);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1) != connection.unwrap(PGConnection.class).getBackendPID();
    }
  }

  private String sentence(SQLException e) {
    String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    return "DATABASE_URL: PostgreSQL cannot be used at " + place() + " (" + reason + ")";
  }

  /** The URL without its parameters, which can hold a password. */
  private String place() {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }

  private static void pause(SQLException e) {
    try {
      TimeUnit.MILLISECONDS.sleep(250);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DatabaseException("The start was interrupted", e);
    }
  }
}
