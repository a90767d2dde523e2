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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;

/** A few processes on one PostgreSQL and one Redis, and a provider that counts. */
final class Scene implements AutoCloseable {
  private final Path directory;
  final OwnPostgres postgres;
  final OwnRedis redis;
  final FakeProvider provider;
  final Jdbi jdbi;
  final Instance first;
  private final Map<String, Instance> instances = new LinkedHashMap<>();

  /** One of two processes. */
  Scene(Path directory) throws IOException {
    this(directory, 2, 20);
  }

  /**
   * Starts the servers.
   *
   * @param processes how many of the service there are: 1 to 4
   * @param slots generations that each has in progress at once
   */
  Scene(Path directory, int processes, int slots) throws IOException {
    this.directory = directory;
    postgres = new OwnPostgres(directory.resolve("postgres"));
    redis = new OwnRedis();
    provider = FakeProvider.start(Files.readAllBytes(Clips.small()));
    provider.takes(Duration.ofMillis(1_500)).withoutRecord();
    jdbi = Servers.jdbi(postgres.url());
    for (String name : List.of("first", "second", "third", "fourth").subList(0, processes)) {
      instances.put(name, instance(name).with("QUEUE_MAX_CONCURRENT", slots));
    }
    first = instance(0);
  }

  /** Starts all of them. */
  Scene started() {
    instances.values().forEach(Instance::launch);
    instances.values().forEach(Instance::awaitReady);
    return this;
  }

  List<Instance> instances() {
    return List.copyOf(instances.values());
  }

  /** The process of this number, from 0. */
  Instance instance(int number) {
    return instances().get(number);
  }

  Traffic traffic(long seed) {
    return new Traffic(instances(), provider, jdbi, seed);
  }

  /** The newest lease of all. */
  long newestLease() {
    return jdbi.withHandle(
        handle ->
            handle.createQuery("SELECT last_value FROM lease_tokens").mapTo(Long.class).one());
  }

  /** How many generations this process holds by leases newer than that one. */
  int holds(Instance instance, long lease) {
    String name =
        instances.entrySet().stream()
            .filter(each -> each.getValue() == instance)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT count(*) FROM generations
                     WHERE status = 'processing' AND lease_owner LIKE :name || '%'
                       AND lease_token > :lease""")
                .bind("name", name)
                .bind("lease", lease)
                .mapTo(Integer.class)
                .one());
  }

  /** Waits until this process is in the middle of something that it took up after that lease. */
  void awaitBusy(Instance instance, long lease) {
    Awaitility.await("at work again")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> holds(instance, lease) > 0);
  }

  /** Each kill may leave the files of one generation that were stored and not written down. */
  void endAndAudit(Traffic traffic, int kills) throws IOException {
    traffic.endAndAudit(directory.resolve("data"), Files.size(Clips.small()), 3 * kills);
  }

  private Instance instance(String name) {
    return Instance.of(
            Instance.settings(directory.resolve("data"), postgres.url(), redis.settings().port()))
        .with(provider)
        .with("INSTANCE_ID", name)
        .with("WORKERS_MAX", 1)
        .with("SUBSCRIPTIONS_PER_SOCKET", 100_000)
        .with("DATABASE_START_TIMEOUT", 30);
  }

  @Override
  public void close() {
    try (postgres;
        redis;
        provider) {
      instances.values().forEach(Instance::close);
    }
  }
}
