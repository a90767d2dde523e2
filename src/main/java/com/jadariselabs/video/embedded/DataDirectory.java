package com.jadariselabs.video.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Where the service keeps what is its own on this machine: the embedded servers' files and random
 * secrets. Thread-safe.
 */
public final class DataDirectory implements AutoCloseable {
  private static final int SECRET_BYTES = 32;

  private final Path root;
  private final SecureRandom random = new SecureRandom();
  private final FileChannel lockFile;

  private DataDirectory(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /**
   * Opens the directory, which is made if absent.
   *
   * @throws LocalServerException when it cannot be written
   */
  public static DataDirectory open(Path root) {
    try {
      Path directory = Files.createDirectories(root.toAbsolutePath().normalize());
      FileChannel lockFile =
          FileChannel.open(
              directory.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      return new DataDirectory(directory.toRealPath(), lockFile);
    } catch (IOException e) {
      throw new LocalServerException(
          "DATA_DIR: " + root + " cannot be written (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Claims the directory for this process until it ends, however it ends: two owners of one
   * database's files would destroy them.
   *
   * @throws LocalServerException when another process has it
   */
  public synchronized void claim() {
    try {
      if (lockFile.tryLock() == null) {
        throw inUse();
      }
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      lockFile.truncate(0).write(ByteBuffer.wrap(pid), 0);
    } catch (OverlappingFileLockException e) {
      throw inUse();
    } catch (IOException e) {
      throw new LocalServerException("DATA_DIR: " + root + " cannot be locked", e);
    }
  }

  private LocalServerException inUse() {
    return new LocalServerException(
        "DATA_DIR: "
            + root
            + " is in use by another process"
            + owner()
            + "; stop it, or give this one a DATA_DIR of its own (and another PORT and ADMIN_PORT)");
  }

  private String owner() {
    try {
      ByteBuffer content = ByteBuffer.allocate(32);
      int length = lockFile.read(content, 0);
      return length <= 0
          ? ""
          : " (pid "
              + new String(content.array(), 0, length, StandardCharsets.US_ASCII).trim()
              + ")";
    } catch (IOException e) {
      return "";
    }
  }

  /** The directory of this name inside, made if absent; its owner alone can look into it. */
  public Path child(String name) {
    try {
      Path child = Files.createDirectories(root.resolve(name));
      if (posix(child)) {
        Files.setPosixFilePermissions(child, PosixFilePermissions.fromString("rwx------"));
      }
      return child;
    } catch (IOException e) {
      throw new LocalServerException("DATA_DIR: " + root.resolve(name) + " cannot be made", e);
    }
  }

  /** The directory itself, absolute. */
  public Path root() {
    return root;
  }

  /**
   * The random secret kept in this file (256 bits, URL-safe), made when first asked for and
   * readable by its owner alone. Processes that ask at the same time get the same one.
   *
   * @param file relative to the directory
   */
  public synchronized String secret(String file) {
    Path path = root.resolve(file);
    try {
      if (Files.notExists(path)) {
        keep(path);
      }
      String secret = Files.readString(path).trim();
      if (secret.isEmpty()) {
        throw new LocalServerException("DATA_DIR: the secret in " + path + " is empty; remove it");
      }
      return secret;
    } catch (IOException e) {
      throw new LocalServerException("DATA_DIR: the secret in " + path + " cannot be read", e);
    }
  }

  /** Whoever links the finished file first wins, so that nobody ever reads half a secret. */
  private void keep(Path path) throws IOException {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Path fresh = path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(fresh);
    writePrivately(fresh, secret + "\n");
    try {
      Files.createLink(path, fresh);
      Files.delete(fresh);
    } catch (UnsupportedOperationException e) {
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      Files.delete(fresh);
    }
  }

  /** Writes a file that its owner alone can read, from its first byte on. */
  static void writePrivately(Path path, String content) throws IOException {
    Files.deleteIfExists(path);
    if (posix(path)) {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(path, content);
  }

  private static boolean posix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Gives the claim back. */
  @Override
  public synchronized void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new LocalServerException("DATA_DIR: " + root + " cannot be unlocked", e);
    }
  }
}
