package com.jadariselabs.video.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Running the servers' programs, and what both servers remember in files. Stateless. */
final class Programs {
  private static final int LONGEST_LOG_BYTES = 8 * 1024 * 1024;

  private Programs() {}

  /**
   * Runs a program to its end, its output going to a file.
   *
   * <p>Never to a pipe: a daemon that it leaves behind would hold the pipe open.
   *
   * @return the exit status, or empty when it was still running after so many seconds and was ended
   */
  static Optional<Integer> run(List<String> command, Path output, int seconds) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("LC_ALL", "C");
      builder.redirectErrorStream(true);
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
      Process process = builder.start();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      return Optional.of(process.exitValue());
    } catch (IOException e) {
      throw new LocalServerException(command.get(0) + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalServerException("The start was interrupted", e);
    }
  }

  /** Empties a log that has grown too long; the servers append to it for years. */
  static void trim(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LONGEST_LOG_BYTES) {
      Files.writeString(log, "");
    }
  }

  /** The process of this id, if it lives and is (as far as can be seen) such a program. */
  static Optional<ProcessHandle> living(long pid, String program) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> process.info().command().map(c -> c.contains(program)).orElse(true));
  }

  /** The remembered port while nobody else has it, otherwise a new one, which is remembered. */
  static int port(Path file) throws IOException {
    Optional<Integer> remembered = number(file).map(Long::intValue).filter(Programs::free);
    int port = remembered.isPresent() ? remembered.get() : anyFreePort();
    Files.writeString(file, port + "\n");
    return port;
  }

  /** The number on the first line of the file. */
  static Optional<Long> number(Path file) {
    try {
      return Files.readAllLines(file).stream().findFirst().map(line -> Long.valueOf(line.trim()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Waits a moment between two looks at a server that is starting or ending. */
  static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(25);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalServerException("The start was interrupted", e);
    }
  }

  private static boolean free(int port) {
    if (port < 1 || port > 65_535) {
      return false;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int anyFreePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
