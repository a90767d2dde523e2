package com.jadariselabs.video.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A PostgreSQL that one test may crash and start again; commits outlive the crash. */
public final class OwnPostgres implements AutoCloseable {
  private final Path directory;
  private final int port = Servers.freePort();
  private EmbeddedPostgres server;

  /** Starts it with its files in this directory. */
  public OwnPostgres(Path directory) {
    this.directory = directory;
    this.server = start();
  }

  /** Its JDBC URL, for user {@code postgres} without a password. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
  }

  /** Ends it at once, as a crash would; what was not committed is gone. */
  public void crash() {
    try {
      long pid = Long.parseLong(Files.readAllLines(directory.resolve("postmaster.pid")).get(0));
      Optional<ProcessHandle> postmaster = ProcessHandle.of(pid);
      new ProcessBuilder("kill", "-QUIT", "" + pid).start().waitFor();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> postmaster.filter(ProcessHandle::isAlive).isEmpty());
      // Complains that there is nothing to stop, and lets go of the directory.
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** It does nothing any more, and its connections stay open. */
  public void freeze() {
    signal("-STOP");
  }

  /** It goes on as if nothing had happened. */
  public void thaw() {
    signal("-CONT");
  }

  /** To the postmaster first: it makes no more children then. */
  private void signal(String signal) {
    try {
      long pid = Long.parseLong(Files.readAllLines(directory.resolve("postmaster.pid")).get(0));
      send(signal, pid);
      for (ProcessHandle child : ProcessHandle.of(pid).orElseThrow().children().toList()) {
        send(signal, child.pid());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void send(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, "" + pid).start().waitFor();
  }

  /** Starts it again at the same place. */
  public void startAgain() {
    server = start();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder()
          .setPort(port)
          .setDataDirectory(directory)
          .setCleanDataDirectory(false)
          .setServerConfig("fsync", "on")
          .setServerConfig("synchronous_commit", "on")
          .setServerConfig("max_connections", "200")
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
