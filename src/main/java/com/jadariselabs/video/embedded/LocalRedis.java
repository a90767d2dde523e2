package com.jadariselabs.video.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis of this service's own, on loopback, with an append-only file and a random password.
 * It outlives a killed owner and is adopted by the next one. Not to be shared between threads while
 * starting or closing.
 */
public final class LocalRedis implements Keeper.Server {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path home;
  private final Path log;
  private final String password;
  private int port;
  private boolean adopted;

  private LocalRedis(DataDirectory data) {
    this.home = data.child("redis");
    this.log = home.resolve("server.log");
    this.password = data.secret("redis/password");
  }

  /**
   * Starts the server, or adopts the one that a killed owner left behind.
   *
   * @param data claimed by this process
   * @throws LocalServerException when it does not start
   */
  public static LocalRedis start(DataDirectory data) {
    LocalRedis redis = new LocalRedis(data);
    try {
      redis.adopted = redis.adopt();
      if (!redis.adopted) {
        redis.port = Programs.port(redis.home.resolve("port"));
        redis.launch();
      }
      return redis;
    } catch (IOException e) {
      throw new LocalServerException("The embedded Redis does not start: " + e.getMessage(), e);
    }
  }

  /** Its port on loopback. */
  public int port() {
    return port;
  }

  /** The random password that it asks for. */
  public String password() {
    return password;
  }

  /** Whether it was found running. */
  public boolean adopted() {
    return adopted;
  }

  /** Lets the server write everything down and end, and waits until it has. */
  @Override
  public void close() {
    Optional<ProcessHandle> process = process();
    new RedisGreeting(port, password).shutdown();
    awaitEnd(process);
  }

  @Override
  public boolean revive() throws IOException {
    if (process().isPresent()) {
      return false;
    }
    launch();
    return true;
  }

  private boolean adopt() {
    Optional<ProcessHandle> process = process();
    port = Programs.number(home.resolve("port")).map(Long::intValue).orElse(0);
    if (process.isEmpty() || port == 0) {
      return false;
    }
    if (awaitAnswer(process.get())) {
      return true;
    }
    process.get().destroyForcibly();
    awaitEnd(process);
    return false;
  }

  private void launch() throws IOException {
    Programs.trim(log);
    Path settings = home.resolve("redis.conf");
    DataDirectory.writePrivately(settings, settings());
    List<String> command = List.of(program().toString(), settings.toString());
    Optional<Integer> status = Programs.run(command, log, 10);
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (process().isEmpty() && System.nanoTime() < deadline) {
      Programs.pause();
    }
    Optional<ProcessHandle> process = process();
    boolean runs = status.filter(s -> s == 0).isPresent() && process.isPresent();
    if (!runs || !awaitAnswer(process.get())) {
      throw new LocalServerException("The embedded Redis does not start; see " + log);
    }
  }

  private Path program() throws IOException {
    Path directory = Files.createDirectories(home.resolve("software"));
    try {
      // Written anew each time: a running server keeps its own copy.
      Path file = ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
      return file.toAbsolutePath();
    } catch (IOException | RuntimeException e) {
      throw new LocalServerException(
          "REDIS_HOST: is empty, and this build has no embedded Redis for this machine; set it to"
              + " the host of a Redis",
          e);
    }
  }

  private String settings() {
    return """
        bind 127.0.0.1
        port %d
        requirepass %s
        dir "%s"
        daemonize yes
        pidfile "%s"
        logfile "%s"
        appendonly yes
        appendfsync everysec
        save ""
        maxmemory-policy noeviction
        """
        .formatted(port, password, quoted(home), quoted(pidFile()), quoted(log));
  }

  private static String quoted(Path path) {
    return path.toString().replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private Path pidFile() {
    return home.resolve("redis.pid");
  }

  private Optional<ProcessHandle> process() {
    return Programs.number(pidFile()).flatMap(pid -> Programs.living(pid, "redis-server"));
  }

  private boolean awaitAnswer(ProcessHandle process) {
    RedisGreeting greeting = new RedisGreeting(port, password);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      if (greeting.answered()) {
        return true;
      }
      Programs.pause();
    }
    return false;
  }

  private static void awaitEnd(Optional<ProcessHandle> process) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (process.filter(ProcessHandle::isAlive).isPresent() && System.nanoTime() < deadline) {
      Programs.pause();
    }
  }
}
