package com.jadariselabs.video;

import com.jadariselabs.video.database.Database;
import com.jadariselabs.video.database.DatabaseSettings;
import com.jadariselabs.video.embedded.DataDirectory;
import com.jadariselabs.video.embedded.Keeper;
import com.jadariselabs.video.embedded.LocalPostgres;
import com.jadariselabs.video.embedded.LocalRedis;
import com.jadariselabs.video.redis.Redis;
import com.jadariselabs.video.redis.RedisSettings;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where everything is kept: the data directory, PostgreSQL and Redis, the embedded ones started
 * where no others are configured. To be opened before everything else, so that it is closed last.
 */
final class Stores implements Managed {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<String> embedded = new ArrayList<>();
  private final DataDirectory data;

  /** Opens the data directory alone. */
  Stores(Path dataDirectory) {
    data = keep(DataDirectory.open(dataDirectory));
  }

  /** The service's files on this machine. */
  DataDirectory data() {
    return data;
  }

  /** The embedded servers in use, by name. */
  List<String> embedded() {
    return List.copyOf(embedded);
  }

  /** PostgreSQL, migrated. */
  Database database(DatabaseSettings settings, Environment environment) {
    if (settings.url() != null) {
      return Database.open(settings, environment);
    }
    LocalPostgres postgres = keep(LocalPostgres.start(claimed()));
    keep(new Keeper("PostgreSQL", postgres));
    embedded.add("PostgreSQL");
    LOG.info("PostgreSQL is embedded{}", postgres.adopted() ? ", found running" : "");
    return Database.open(
        settings.at(postgres.jdbcUrl(), postgres.user(), postgres.password()), environment);
  }

  /** Redis; one that is away fails the single command, not the start. */
  Redis redis(RedisServerSettings settings) {
    if (settings.host() != null) {
      return keep(
          new Redis(
              new RedisSettings(
                  settings.host(),
                  settings.port(),
                  settings.password(),
                  settings.tls(),
                  settings.ca() == null ? null : Path.of(settings.ca()))));
    }
    LocalRedis redis = keep(LocalRedis.start(claimed()));
    keep(new Keeper("Redis", redis));
    embedded.add("Redis");
    LOG.info("Redis is embedded{}", redis.adopted() ? ", found running" : "");
    return keep(new Redis(new RedisSettings("127.0.0.1", redis.port(), redis.password(), false)));
  }

  private DataDirectory claimed() {
    if (embedded.isEmpty()) {
      data.claim();
    }
    return data;
  }

  private <T extends AutoCloseable> T keep(T store) {
    opened.push(store);
    return store;
  }

  /** Closes what was opened, the last first; one that fails does not keep the others open. */
  @Override
  public void stop() {
    for (Optional<AutoCloseable> next = Optional.ofNullable(opened.poll());
        next.isPresent();
        next = Optional.ofNullable(opened.poll())) {
      try {
        next.get().close();
      } catch (Exception e) {
        LOG.warn("A store did not close", e);
      }
    }
  }
}
