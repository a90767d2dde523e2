package com.jadariselabs.video.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** A random secret that outlives restarts: a file that its owner alone may read. */
public final class LocalSecret {
  private static final int BYTES = 48;
  private static final int LEAST_CHARACTERS = 32;

  private LocalSecret() {}

  /**
   * The secret kept under this name, made at the first call. Two processes that ask at once get the
   * same one.
   *
   * @param directory made when missing
   * @param name of the file
   * @return base64url characters, 64 of them
   * @throws UncheckedIOException when the directory cannot be used
   */
  public static String in(Path directory, String name) {
    Path file = directory.resolve(name);
    try {
      Files.createDirectories(directory);
      if (!Files.exists(file)) {
        write(directory, file);
      }
      String secret = Files.readString(file).strip();
      if (secret.length() < LEAST_CHARACTERS) {
        throw new IllegalStateException(
            file + " holds no usable secret; delete it and a new one is made");
      }
      return secret;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path directory, Path file) throws IOException {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    Path draft = Files.createTempFile(directory, "secret", ".new", ownerOnly());
    try {
      Files.writeString(draft, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
      // A link, not a move: it never replaces what another process has put there meanwhile.
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      return;
    } catch (UnsupportedOperationException e) {
      moveInto(draft, file);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void moveInto(Path draft, Path file) throws IOException {
    try {
      Files.move(draft, file);
    } catch (FileAlreadyExistsException | AtomicMoveNotSupportedException e) {
      if (!Files.exists(file)) {
        throw e;
      }
    }
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
