package com.jadariselabs.video.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The service as a process of its own, to be stopped, frozen and killed like one. */
public final class ServiceProcess implements AutoCloseable {
  /** Options of the JVM: a heap of 256 MB in large pages where there are any, and one compiler. */
  static final List<String> QUICKLY_STARTED =
      List.of(
          "-Xmx256m",
          "-Xms256m",
          "-XX:TieredStopAtLevel=1",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UseTransparentHugePages");

  private static final List<String> SETTINGS_OF_THE_MACHINE =
      List.of("PORT", "HOST", "DATABASE_URL", "REDIS_HOST", "JWT_SECRET", "HOSTNAME");

  private final Process process;
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final List<Thread> readers = new ArrayList<>();

  /**
   * Starts it with a heap of 256 MB.
   *
   * @param environment its settings; nothing of the machine's own gets through
   * @param arguments such as {@code server config.yml}
   */
  public ServiceProcess(Map<String, String> environment, String... arguments) {
    this(QUICKLY_STARTED, environment, arguments);
  }

  /**
   * Starts it.
   *
   * @param virtualMachine options of its JVM
   * @param environment its settings; nothing of the machine's own gets through
   * @param arguments such as {@code server config.yml}
   */
  public ServiceProcess(
      List<String> virtualMachine, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(virtualMachine);
    if (virtualMachine.stream().noneMatch(option -> option.startsWith(ClassArchive.MAKE))) {
      ClassArchive.of(classPath())
          .ifPresent(
              archive ->
                  command.addAll(
                      List.of(
                          "-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds=off")));
    }
    command.addAll(List.of("-cp", classPath()));
    command.add("com.jadariselabs.video.VideoApplication");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(SETTINGS_OF_THE_MACHINE);
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    readers.add(reader(process.inputReader(), out));
    readers.add(reader(process.errorReader(), err));
  }

  /** The lines of standard output so far. */
  public List<String> out() {
    return List.copyOf(out);
  }

  /** The lines of standard error so far. */
  public List<String> err() {
    return List.copyOf(err);
  }

  /** Waits until the admin port answers. */
  public ServiceProcess awaitReady(int adminPort) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .failFast("it ended", () -> !process.isAlive())
        .ignoreExceptions()
        .until(() -> answers(adminPort));
    return this;
  }

  /** SIGTERM; by the handle, since the process itself would close our end of its output. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** SIGKILL, and waits for the end. */
  public void kill() {
    process.toHandle().destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** SIGSTOP: it does nothing any more, and its connections stay open. */
  public void freeze() {
    signal("-STOP");
  }

  /** SIGCONT: it goes on as if nothing had happened. */
  public void thaw() {
    signal("-CONT");
  }

  /** Whether it has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Waits for the end and for all that was printed. */
  public int awaitExit(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + patience + ": " + err + out);
      }
      for (Thread reader : readers) {
        reader.join(5_000);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void signal(String signal) {
    try {
      int status = new ProcessBuilder("kill", signal, "" + process.pid()).start().waitFor();
      if (status != 0) {
        throw new AssertionError("kill " + signal + " ended with " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The jar as it is shipped, where it has been built; else the classes that the tests see. */
  private static String classPath() {
    String jar = System.getProperty("app.jar", "");
    return !jar.isEmpty() && Files.exists(Path.of(jar))
        ? jar
        : System.getProperty("java.class.path");
  }

  private static boolean answers(int port) {
    return new RawHttp(port).send("GET", "/ping", "").status() == 200;
  }

  private static Thread reader(BufferedReader lines, List<String> into) {
    Thread thread =
        new Thread(
            () -> {
              try (lines) {
                lines.lines().forEach(into::add);
              } catch (IOException | UncheckedIOException e) {
                into.add("<cut off>");
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
