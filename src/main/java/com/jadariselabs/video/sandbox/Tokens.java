package com.jadariselabs.video.sandbox;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** Random names and secrets, and where they are kept. Thread-safe. */
final class Tokens {
  /** Crockford's letters: none of them looks like another. */
  private static final String LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

  private static final int LENGTH = 26;
  private static final int SECRET_BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  /** 130 random bits in the form of Replicate's ids. */
  String next() {
    StringBuilder token = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      token.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return token.toString();
  }

  /** Creates a directory that its owner alone may read, where the file system knows how. */
  static Path privateDirectory(Path directory) throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    return Files.createDirectories(directory, attributes);
  }

  /** The webhook secret of this directory, made when it is first asked for. */
  String keptSecret(Path directory) throws IOException {
    Path file = directory.resolve("webhook-secret");
    if (!Files.exists(file)) {
      byte[] bytes = new byte[SECRET_BYTES];
      random.nextBytes(bytes);
      // A temporary file belongs to its owner alone, and is whole before it gets its name.
      Path part = Files.createTempFile(directory, "secret", ".part");
      Files.writeString(part, "whsec_" + Base64.getEncoder().encodeToString(bytes));
      Files.move(part, file);
    }
    return Files.readString(file).strip();
  }
}
