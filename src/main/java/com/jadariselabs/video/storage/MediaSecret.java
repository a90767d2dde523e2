package com.jadariselabs.video.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The secret that signs media URLs: the configured one, or a random one kept on disk. */
final class MediaSecret {
  private static final int BYTES = 32;

  private MediaSecret() {}

  /**
   * @param configured taken where it is not blank
   * @param dataDirectory keeps the random one in {@code media-secret}, readable by its owner alone
   */
  static byte[] of(@Nullable String configured, Path dataDirectory) throws IOException {
    if (configured != null && !configured.isBlank()) {
      return configured.strip().getBytes(StandardCharsets.UTF_8);
    }
    OwnerOnly.createDirectories(dataDirectory);
    Path file = dataDirectory.resolve("media-secret");
    if (!Files.exists(file)) {
      create(file);
    }
    return Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
  }

  /** Several processes may start at once on one directory: the first one's secret stays. */
  private static void create(Path file) throws IOException {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    Path whole = OwnerOnly.createTempFile(file.toAbsolutePath().getParent());
    try {
      Files.writeString(whole, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
      Files.createLink(file, whole);
    } catch (FileAlreadyExistsException e) {
      // Another process was quicker: its secret is read.
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
