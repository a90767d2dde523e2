package com.jadariselabs.video.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The jar's classes, loaded and checked once for all processes that tests start (JEP 350): each
 * needs half the time then. Made by the first that asks, in a run with one generation, while others
 * go without; the JVM itself leaves an archive alone that does not belong to the jar.
 */
final class ClassArchive {
  /** The JVM's option, before the file's name. */
  static final String MAKE = "-XX:ArchiveClassesAtExit=";

  private static boolean missing;

  private ClassArchive() {}

  /** The archive for this class path; empty where that is not the jar. */
  static synchronized Optional<Path> of(String classPath) {
    Path jar = Path.of(classPath.endsWith(".jar") ? classPath : "");
    if (missing || !Files.isRegularFile(jar)) {
      return Optional.empty();
    }
    Path archive = Path.of(System.getProperty("app.archive", jar.resolveSibling("app.jsa") + ""));
    try (FileChannel channel =
        FileChannel.open(
            archive.resolveSibling("app.jsa.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      if (isThere(archive, jar)) {
        return Optional.of(archive);
      }
      FileLock made = channel.tryLock();
      if (made == null) {
        // While another process makes it, this one has better things to do than to wait.
        return Optional.empty();
      }
      if (!isThere(archive, jar)) {
        make(archive);
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      System.err.println("The tests go on without an archive of the classes: " + e);
      missing = true;
      return Optional.empty();
    }
    return Optional.of(archive);
  }

  private static boolean isThere(Path archive, Path jar) throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) >= 0;
  }

  private static void make(Path archive) throws IOException {
    Path data = Files.createTempDirectory("archive");
    Path made = data.resolve("app.jsa");
    var settings = Instance.settings(data, Servers.freshDatabase(), Servers.redisPort());
    try (Instance instance = Instance.of(settings).archiving(made).start()) {
      Client ada = instance.user("ada", "pro");
      ada.awaitEnd(ada.submit("A lion", 1).generationId(), Duration.ofSeconds(30));
    }
    Path whole = archive.resolveSibling("app.jsa.made");
    Files.move(made, whole, StandardCopyOption.REPLACE_EXISTING);
    Files.move(whole, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (Stream<Path> all = Files.walk(data)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
