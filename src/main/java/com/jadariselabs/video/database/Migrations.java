package com.jadariselabs.video.database;

import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/** Brings the schema up to date. */
final class Migrations {
  private static final int LOCK_RETRIES = 120;

  private Migrations() {}

  /**
   * Applies what is missing. Several processes may do this at the same time: one works while the
   * others wait for it, by a lock of its transaction, which a pooler in between does not disturb.
   */
  static void apply(String url, Properties properties) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    try {
      for (String name : properties.stringPropertyNames()) {
        // A migration may take longer than any request's statement.
        if (!name.equals("options") && !name.equals("socketTimeout")) {
          source.setProperty(name, properties.getProperty(name));
        }
      }
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:migrations")
          .configuration(Map.of("flyway.postgresql.transactional.lock", "true"))
          .lockRetryCount(LOCK_RETRIES)
          .load()
          .migrate();
    } catch (java.sql.SQLException | FlywayException e) {
      throw new DatabaseException(
          "The database's schema cannot be brought up to date: " + reason(e), e);
    }
  }

  /** The first lines say which migration, and why. */
  private static String reason(Exception e) {
    return String.valueOf(e.getMessage())
        .lines()
        .filter(line -> !line.isBlank())
        .limit(2)
        .collect(Collectors.joining(": "));
  }
}
