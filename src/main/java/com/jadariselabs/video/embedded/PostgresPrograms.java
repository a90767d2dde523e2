package com.jadariselabs.video.embedded;

import io.zonky.test.db.postgres.util.ArchUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the jar once. Stateless. */
final class PostgresPrograms {
  private PostgresPrograms() {}

  /**
   * Unpacks the platform's PostgreSQL below this directory unless it is there already.
   *
   * @return the directory with {@code bin}, {@code lib} and {@code share}
   */
  static Path unpack(Path home) throws IOException {
    URLConnection archive =
        archive(System.getProperty("os.name"), System.getProperty("os.arch")).openConnection();
    Path software = home.resolve("software-" + identity(archive));
    if (Files.notExists(software)) {
      Path fresh = home.resolve("software.new");
      remove(fresh);
      try (InputStream in = archive.getInputStream()) {
        extract(in, Files.createDirectory(fresh));
      }
      Files.move(fresh, software, StandardCopyOption.ATOMIC_MOVE);
    }
    return software;
  }

  /** Removes a file or directory with all that it holds, if it is there. */
  static void remove(Path path) throws IOException {
    if (Files.notExists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /**
   * The archive for a platform, by the names that Java has for it.
   *
   * @throws LocalServerException when this build has none
   */
  static URL archive(String os, String architecture) {
    String system = os.toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    // Found by name: the library's own search starts a process to ask for the distribution.
    URL archive = null;
    IllegalStateException unknown = null;
    try {
      archive =
          PostgresPrograms.class.getResource(
              "/postgres-%s-%s.txz".formatted(system, ArchUtils.normalize(architecture)));
    } catch (IllegalStateException e) {
      unknown = e;
    }
    if (archive == null) {
      throw new LocalServerException(
          "DATABASE_URL: is empty, and this build has no embedded PostgreSQL for "
              + system
              + " on "
              + architecture
              + "; set it to the JDBC URL of a PostgreSQL",
          unknown);
    }
    return archive;
  }

  /** What the jar knows of the archive without reading it: a start has better things to do. */
  private static String identity(URLConnection archive) throws IOException {
    long checksum =
        archive instanceof JarURLConnection jar ? jar.getJarEntry().getCrc() : archive.getDate();
    return HexFormat.of().toHexDigits(checksum, 8)
        + HexFormat.of().toHexDigits(archive.getContentLengthLong(), 8);
  }

  private static void extract(InputStream archive, Path target) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("An entry leaves the archive: " + entry.getName());
        }
        write(tar, entry, path);
      }
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, path);
      boolean program = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }
}
