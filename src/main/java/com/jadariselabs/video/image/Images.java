package com.jadariselabs.video.image;

import com.jadariselabs.video.outgoing.OutgoingUrl;
import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.Storage;
import com.jadariselabs.video.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Start images from the address that a user named to the one that the provider is told. What is
 * kept is what was looked at: whatever is behind the user's address later is of no account.
 * Thread-safe.
 */
public final class Images implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Images.class);

  /** Above it a provider wants an address instead of the bytes themselves. */
  private static final long LARGEST_DATA_URL_BYTES = 256 << 10;

  private final Storage storage;
  private final Function<String, Optional<StoredFile>> local;
  private final Path temporary;
  private final ImageSettings settings;
  private final Fetcher fetcher;

  /**
   * @param local finds a file of the storage that is on this machine's disk
   * @param temporary a folder of this process alone, there when the first image is fetched
   */
  public Images(
      Storage storage,
      Function<String, Optional<StoredFile>> local,
      Path temporary,
      ImageSettings settings) {
    this.storage = storage;
    this.local = local;
    this.temporary = temporary;
    this.settings = settings;
    this.fetcher = new Fetcher(settings);
  }

  /**
   * Fetches it, looks at it and keeps it for a generation.
   *
   * @param fence names the lease, as for {@link Storage#store}
   * @param executor does what blocks
   * @return completes exceptionally where our own disk or storage is at fault
   */
  public CompletableFuture<Kept> keep(
      String generationId, String fence, String url, Executor executor) {
    Path file = temporary.resolve(generationId + "-" + fence + ".image");
    return fetcher
        .fetch(url, file)
        .<Kept>thenApplyAsync(
            refusal -> refusal.isPresent() ? refusal.get() : checked(generationId, fence, file),
            executor)
        .whenComplete((kept, failure) -> discard(file));
  }

  /**
   * What the provider is told: an address that it reaches, or the image itself as a {@code data:}
   * URL.
   *
   * @throws IOException when the storage cannot be asked, or has lost it
   */
  public String address(String generationId, String key) throws IOException {
    String url = storage.url(key, generationId, kind(key));
    return reached(url) ? url : data(key);
  }

  /**
   * The same for whoever reaches public addresses alone.
   *
   * @throws IOException when the storage cannot be asked, or has lost it
   */
  public String shown(String generationId, String key) throws IOException {
    String url = storage.url(key, generationId, kind(key));
    return OutgoingUrl.problem(url, false).isEmpty() ? url : data(key);
  }

  private String data(String key) throws IOException {
    StoredFile file = local.apply(key).orElseThrow(() -> new FileNotFoundException("image"));
    byte[] bytes = Files.readAllBytes(file.path());
    return "data:" + file.contentType() + ";base64," + Base64.getEncoder().encodeToString(bytes);
  }

  /** Nobody needs it any more; harmless where there is none. */
  public void forget(String key) {
    try {
      storage.delete(key);
    } catch (IOException e) {
      LOG.warn("an image that nobody needs is left behind");
    }
  }

  @Override
  public void close() {
    fetcher.close();
  }

  private Kept checked(String generationId, String fence, Path file) {
    try {
      Optional<Picture> picture = Picture.of(file);
      if (picture.isEmpty()) {
        return new Kept.Refused(
            "image_invalid", "The start image must be a JPEG, PNG or WebP.", false);
      }
      if (picture.get().pixels() > settings.maxPixels()) {
        return Fetcher.tooLarge();
      }
      String key = storage.store(generationId, fence, kind(picture.get().type()), file);
      if (Files.size(file) > LARGEST_DATA_URL_BYTES
          && !reached(storage.url(key, generationId, kind(key)))) {
        forget(key);
        return new Kept.Refused(
            "image_too_large",
            "The start image is larger than what can be passed on to the model.",
            false);
      }
      return new Kept.At(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean reached(String url) {
    return settings.near() || OutgoingUrl.problem(url, false).isEmpty();
  }

  private static Kind kind(Picture.Type type) {
    return switch (type) {
      case JPEG -> Kind.START_JPEG;
      case PNG -> Kind.START_PNG;
      case WEBP -> Kind.START_WEBP;
    };
  }

  private static Kind kind(String key) {
    return Kind.named(key.substring(key.lastIndexOf('/') + 1)).orElseThrow();
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.debug("a temporary file stays: {}", e.toString());
    }
  }
}
