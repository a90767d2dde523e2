package com.jadariselabs.video.studio;

import com.jadariselabs.video.testing.Servers;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The service as somebody starts it who has configured nothing: a process of its own, in local
 * mode, with its embedded servers and the sandbox, on free ports and in an empty data directory.
 */
final class RunningStudio implements StudioUnderTest {
  private static final Duration START = Duration.ofSeconds(60);
  private static final long STOP_SECONDS = 35;

  private final Process process;
  private final Path data;
  private final URI url;

  private RunningStudio(Process process, Path data, URI url) {
    this.process = process;
    this.data = data;
    this.url = url;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param more further settings: names, each followed by its value
   */
  static StudioUnderTest start(String... more) {
    try {
      Path data = Files.createTempDirectory("studio");
      int port = Servers.freePort();
      URI url = URI.create("http://localhost:" + port);
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx512m",
              "-XX:TieredStopAtLevel=1",
              "-cp",
              classPath(),
              "com.jadariselabs.video.VideoApplication",
              "server",
              Path.of("config.yml").toAbsolutePath().toString());
      builder.environment().putAll(settings(data, url));
      for (int i = 0; i < more.length; i += 2) {
        builder.environment().put(more[i], more[i + 1]);
      }
      builder.redirectErrorStream(true).redirectOutput(data.resolve("service.log").toFile());
      RunningStudio running = new RunningStudio(builder.start(), data, url);
      try {
        running.awaitAnswer();
      } catch (RuntimeException e) {
        running.close();
        throw e;
      }
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public URI url() {
    return url;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    delete(data);
  }

  private static Map<String, String> settings(Path data, URI url) {
    return Map.of(
        "PORT", String.valueOf(url.getPort()),
        "ADMIN_PORT", String.valueOf(Servers.freePort()),
        "APP_URL", url.toString(),
        "DATA_DIR", data.toString(),
        "LOCAL_MODE", "true",
        "RATE_LIMIT_PER_MINUTE", "100");
  }

  private static String classPath() {
    // Surefire's own class path is a jar that only names the others.
    return System.getProperty(
        "surefire.test.class.path",
        System.getProperty("java.class.path", "target/classes" + File.pathSeparator));
  }

  private void awaitAnswer() {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(url.resolve("/api/models")).build();
    Awaitility.await("the service answers")
        .atMost(START)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> alive() && answers(client, request));
  }

  private boolean alive() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException(Files.readString(data.resolve("service.log")));
    }
    return true;
  }

  private static boolean answers(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
  }

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
