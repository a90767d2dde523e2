package com.jadariselabs.video.storage;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps files under {@code DATA_DIR/media}. Several processes may share the directory. */
public final class LocalStorage implements Storage {
  /** What a killed process was writing is swept away after this. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path root;
  private final Path incoming;
  private final MediaUrls urls;

  private LocalStorage(Path root, MediaUrls urls) {
    this.root = root;
    this.incoming = root.resolve(".incoming");
    this.urls = urls;
  }

  /**
   * Opens it, creates its directories, and sweeps away what was left half written long ago.
   *
   * @param dataDirectory DATA_DIR
   * @param base before {@code /media} in URLs: CDN_BASE_URL, or else APP_URL
   * @param secret MEDIA_SECRET; null or blank: a random one kept in the data directory
   * @throws IOException when the directory cannot be used
   */
  public static LocalStorage open(
      Path dataDirectory, String base, @Nullable String secret, Clock clock) throws IOException {
    OwnerOnly.createDirectories(dataDirectory);
    Path media = dataDirectory.toRealPath().resolve("media");
    LocalStorage storage =
        new LocalStorage(media, new MediaUrls(base, MediaSecret.of(secret, dataDirectory), clock));
    OwnerOnly.createDirectories(storage.incoming);
    storage.sweep(clock.instant().minus(ABANDONED));
    return storage;
  }

  /** The URLs of the files kept here. */
  public MediaUrls urls() {
    return urls;
  }

  @Override
  public String store(String generationId, String fence, Kind kind, Path file) throws IOException {
    StorageKey key = StorageKey.of(generationId, fence, kind, file);
    Path target = path(key);
    Path part = OwnerOnly.createTempFile(incoming);
    try {
      copy(file, part);
      moveInto(part, target);
    } finally {
      Files.deleteIfExists(part);
    }
    return key.toString();
  }

  @Override
  public void delete(String key) throws IOException {
    Optional<StorageKey> parsed = StorageKey.parse(key);
    if (parsed.isEmpty()) {
      return;
    }
    Path file = path(parsed.get());
    Files.deleteIfExists(file);
    Path fence = parentOf(file);
    removeIfEmpty(fence);
    removeIfEmpty(parentOf(fence));
  }

  @Override
  public String url(String key, String generationId, Kind kind) {
    return urls.url(generationId, kind);
  }

  /** The file of this key; empty where there is none, and for what is no plain file of ours. */
  public Optional<StoredFile> find(String key) {
    Optional<StorageKey> parsed = StorageKey.parse(key);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    Path file = path(parsed.get());
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
      // The real path differs where any directory on the way is a symbolic link.
      if (!attributes.isRegularFile() || !file.toRealPath().equals(file)) {
        return Optional.empty();
      }
      String version =
          key + "\n" + attributes.size() + "\n" + attributes.lastModifiedTime().toMillis();
      String etag = Hashing.sha256().hashString(version, StandardCharsets.UTF_8).toString();
      return Optional.of(
          new StoredFile(
              file,
              attributes.size(),
              parsed.get().contentType(),
              "\"" + etag.substring(0, 32) + "\""));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void olderThan(Instant before, Consumer<String> keys) throws IOException {
    // Half files have no key to be told by.
    sweep(before);
    try (DirectoryStream<Path> shards = Files.newDirectoryStream(root, "[0-9a-f][0-9a-f]")) {
      for (Path shard : shards) {
        try (Stream<Path> files = Files.walk(shard, 3)) {
          files
              .filter(file -> isOlder(file, before))
              .map(file -> shard.relativize(file).toString())
              .filter(key -> StorageKey.parse(key).isPresent())
              .forEach(keys);
        } catch (UncheckedIOException e) {
          throw e.getCause();
        }
      }
    }
  }

  /** What vanishes while it is looked at is no file any more. */
  private static boolean isOlder(Path file, Instant before) {
    try {
      BasicFileAttributes seen =
          Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
      return seen.isRegularFile() && seen.lastModifiedTime().toInstant().isBefore(before);
    } catch (IOException e) {
      return false;
    }
  }

  private Path path(StorageKey key) {
    String shard =
        Hashing.sha256()
            .hashString(key.generationId(), StandardCharsets.UTF_8)
            .toString()
            .substring(0, 2);
    return root.resolve(shard)
        .resolve(key.generationId())
        .resolve(key.fence())
        .resolve(key.fileName());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ, NOFOLLOW_LINKS);
        FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
      long length = in.size();
      long at = 0;
      while (at < length) {
        long copied = in.transferTo(at, length - at, out);
        if (copied <= 0) {
          throw new IOException("the file became shorter while it was stored");
        }
        at += copied;
      }
      out.force(true);
      if (out.size() != length || in.size() != length) {
        throw new IOException("the file changed while it was stored");
      }
    }
  }

  private static void moveInto(Path part, Path target) throws IOException {
    Path directory = parentOf(target);
    OwnerOnly.createDirectories(directory);
    try {
      Files.move(part, target, ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      // A deletion elsewhere took the directory away in between.
      OwnerOnly.createDirectories(directory);
      Files.move(part, target, ATOMIC_MOVE);
    }
    for (Path at = directory; at != null && !at.endsWith("media"); at = at.getParent()) {
      force(at);
    }
  }

  /** Without it the new name may be gone after a power cut, though the bytes are there. */
  private static void force(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Some file systems know no such thing as a directory that is forced to disk.
    }
  }

  private void sweep(Instant before) throws IOException {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(incoming)) {
      for (Path part : parts) {
        // Other processes store here meanwhile: what was listed may be in its place by now.
        if (isOlder(part, before)) {
          Files.deleteIfExists(part);
        }
      }
    }
  }

  private static void removeIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // Another file of the same generation lives on there.
    }
  }

  private static Path parentOf(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalStateException("a stored file is in a directory");
    }
    return parent;
  }
}
