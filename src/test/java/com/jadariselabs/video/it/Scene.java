package com.jadariselabs.video.it;

import com.jadariselabs.video.testing.Clips;
import com.jadariselabs.video.testing.FakeProvider;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.OwnPostgres;
import com.jadariselabs.video.testing.OwnRedis;
import com.jadariselabs.video.testing.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/** Two processes on one PostgreSQL and one Redis, and a provider that counts. */
final class Scene implements AutoCloseable {
  private final Path directory;
  final OwnPostgres postgres;
  final OwnRedis redis;
  final FakeProvider provider;
  final Instance first;
  final Instance second;

  Scene(Path directory) throws IOException {
    this.directory = directory;
    postgres = new OwnPostgres(directory.resolve("postgres"));
    redis = new OwnRedis();
    provider = FakeProvider.start(Files.readAllBytes(Clips.small()));
    provider.takes(Duration.ofMillis(1_500)).withoutRecord();
    first = instance("first");
    second = instance("second");
  }

  /** Starts both. */
  Scene started() {
    first.launch();
    second.launch();
    first.awaitReady();
    second.awaitReady();
    return this;
  }

  Traffic traffic(long seed) {
    return new Traffic(first, second, provider, jdbi(), seed);
  }

  /** Each kill may leave the files of one generation that were stored and not written down. */
  void endAndAudit(Traffic traffic, int kills) throws IOException {
    traffic.endAndAudit(directory.resolve("data"), Files.size(Clips.small()), 3 * kills);
  }

  private Jdbi jdbi() {
    return Servers.jdbi(postgres.url());
  }

  private Instance instance(String name) {
    return Instance.of(
            Instance.settings(directory.resolve("data"), postgres.url(), redis.settings().port()))
        .with(provider)
        .with("INSTANCE_ID", name)
        .with("QUEUE_MAX_CONCURRENT", 20)
        .with("WORKERS_MAX", 1)
        .with("SUBSCRIPTIONS_PER_SOCKET", 100_000)
        .with("DATABASE_START_TIMEOUT", 30);
  }

  @Override
  public void close() {
    try (postgres;
        redis;
        provider;
        first) {
      second.close();
    }
  }
}
