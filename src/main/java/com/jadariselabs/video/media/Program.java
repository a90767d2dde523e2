package com.jadariselabs.video.media;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program of the ffmpeg family, run on files that strangers made: it may open local video files
 * and nothing else, sees none of our environment, and is killed when its time is over.
 */
final class Program {
  /** Without the list of formats a concat script named .mp4 would open other files. */
  static final List<String> CONFINED =
      List.of(
          "-protocol_whitelist",
          "file",
          "-format_whitelist",
          "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm");

  private static final int MOST_OUTPUT = 64 << 10;

  private final Path executable;

  private Program(Path executable) {
    this.executable = executable;
  }

  /** The program that a setting names, or else the first on the PATH; empty: do without. */
  static Optional<Program> find(@Nullable String setting, String name) {
    if (setting != null && setting.strip().equalsIgnoreCase(MediaSettings.NONE)) {
      return Optional.empty();
    }
    if (setting != null && !setting.isBlank()) {
      return Optional.of(Path.of(setting.strip())).filter(Files::isExecutable).map(Program::new);
    }
    String path = System.getenv("PATH");
    for (String directory : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      if (!directory.isBlank()) {
        Path candidate = Path.of(directory).resolve(name);
        if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
          return Optional.of(new Program(candidate));
        }
      }
    }
    return Optional.empty();
  }

  /** A file as an argument: an absolute path behind its protocol can be no option. */
  static String file(Path file) {
    return "file:" + file.toAbsolutePath();
  }

  /**
   * Runs it to its end.
   *
   * @return up to 64 KiB of what it printed, empty when it failed or took too long
   * @throws IOException when it cannot be started
   */
  Optional<String> run(List<String> arguments, int timeoutMillis) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    command.addAll(arguments);
    // A file, not a pipe: a reader of a pipe would wait beyond the time limit.
    Path printed = Files.createTempFile("media", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectOutput(printed.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      Map<String, String> environment = builder.environment();
      environment.keySet().retainAll(List.of("PATH", "LD_LIBRARY_PATH"));
      return finish(builder.start(), timeoutMillis) ? Optional.of(read(printed)) : Optional.empty();
    } finally {
      Files.deleteIfExists(printed);
    }
  }

  private static boolean finish(Process process, int timeoutMillis) throws IOException {
    try {
      return process.waitFor(timeoutMillis, TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String read(Path printed) throws IOException {
    try (InputStream in = Files.newInputStream(printed)) {
      return new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
    }
  }
}
