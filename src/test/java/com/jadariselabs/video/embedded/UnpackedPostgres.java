package com.jadariselabs.video.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * PostgreSQL's programs, unpacked once for all tests: every other data directory gets links to
 * them, which its process takes for its own.
 */
public final class UnpackedPostgres {
  private static final Path HOME = Path.of("target", "postgres").toAbsolutePath();

  private UnpackedPostgres() {}

  /** Puts the programs where a process with this data directory looks for them. */
  public static void into(Path dataDirectory) {
    try {
      Path software = unpacked();
      Path home = dataDirectory.resolve("postgres").resolve(software.getFileName());
      if (Files.notExists(home)) {
        link(software, home);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized Path unpacked() throws IOException {
    Files.createDirectories(HOME);
    try (FileChannel channel =
        FileChannel.open(
            HOME.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      return PostgresPrograms.unpack(HOME);
    }
  }

  private static void linkOrCopy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileSystemException | UnsupportedOperationException e) {
      // On another disk.
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private static void link(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path copy = to.resolve(from.relativize(each));
        if (Files.isDirectory(each)) {
          Files.createDirectories(copy);
        } else if (Files.isSymbolicLink(each)) {
          Files.createSymbolicLink(copy, Files.readSymbolicLink(each));
        } else {
          linkOrCopy(each, copy);
        }
      }
    }
  }
}
