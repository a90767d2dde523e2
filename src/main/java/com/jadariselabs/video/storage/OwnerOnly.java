package com.jadariselabs.video.storage;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Creates files and directories that the owner alone may read, where the file system knows how. */
final class OwnerOnly {
  private OwnerOnly() {}

  static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, permissions("rwx------"));
  }

  static Path createTempFile(@Nullable Path directory) throws IOException {
    // Its permissions are the owner's alone by the method's own contract on POSIX.
    return directory == null
        ? Files.createTempFile("stored", ".part")
        : Files.createTempFile(directory, "stored", ".part");
  }

  private static FileAttribute<?>[] permissions(String form) {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(form))
        }
        : new FileAttribute<?>[0];
  }
}
