package com.jadariselabs.video.database;

import org.jspecify.annotations.Nullable;

/**
 * Where PostgreSQL is, and how patiently it is asked.
 *
 * @param url a JDBC URL, or null for the embedded one
 * @param user null when the URL holds it
 * @param password null when the URL holds it, or none is needed
 * @param poolSize connections of this process' pool, 1 to 500
 * @param statementTimeoutSeconds after which a statement is cancelled, 1 to 300
 * @param startTimeoutSeconds how long the start waits for a PostgreSQL that is away, 0 to 600
 * @param prepareThreshold executions after which a statement is prepared on the server, 0 for
 *     never; null: 5, or 0 where a pooler such as PgBouncer is found in between
 */
public record DatabaseSettings(
    @Nullable String url,
    @Nullable String user,
    @Nullable String password,
    int poolSize,
    int statementTimeoutSeconds,
    int startTimeoutSeconds,
    @Nullable Integer prepareThreshold) {

  /** Checks the ranges. */
  public DatabaseSettings {
    require("poolSize", poolSize, 1, 500);
    require("statementTimeoutSeconds", statementTimeoutSeconds, 1, 300);
    require("startTimeoutSeconds", startTimeoutSeconds, 0, 600);
    if (prepareThreshold != null) {
      require("prepareThreshold", prepareThreshold, 0, 1000);
    }
    if (url != null && !url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "url must be a JDBC URL like jdbc:postgresql://host:5432/name");
    }
  }

  /** The same settings for another server. */
  public DatabaseSettings at(String otherUrl, String otherUser, String otherPassword) {
    return new DatabaseSettings(
        otherUrl,
        otherUser,
        otherPassword,
        poolSize,
        statementTimeoutSeconds,
        startTimeoutSeconds,
        prepareThreshold);
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", not " + value);
    }
  }
}
