package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import com.jadariselabs.video.image.ImageSettings;
import com.jadariselabs.video.image.Images;
import com.jadariselabs.video.storage.LocalStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Start images as the service fetches and keeps them, from loopback too. */
final class Album implements StartImages, AutoCloseable {
  private final Images images;

  /**
   * @param near whether the provider reaches the storage's addresses
   */
  Album(LocalStorage storage, Path temporary, boolean near) {
    this.images =
        new Images(
            storage,
            storage::find,
            temporary,
            new ImageSettings(
                2 << 20, 1_000_000, Duration.ofSeconds(2), Duration.ofSeconds(2), true, near));
  }

  @Override
  public CompletionStage<Kept> keep(Generation g, String url, Executor executor) {
    return images
        .keep(g.id(), String.valueOf(g.leaseToken()), url, executor)
        .thenApply(
            kept ->
                kept instanceof com.jadariselabs.video.image.Kept.Refused refused
                    ? new Kept.Refused(refused.code(), refused.message(), refused.again())
                    : new Kept.At(((com.jadariselabs.video.image.Kept.At) kept).key()));
  }

  @Override
  public String address(Generation g, String key) throws IOException {
    return images.address(g.id(), key);
  }

  @Override
  public String shown(Generation g, String key) throws IOException {
    return images.shown(g.id(), key);
  }

  @Override
  public void forget(String key) {
    images.forget(key);
  }

  @Override
  public void close() {
    images.close();
  }

  /** For those who have none. */
  static StartImages none() {
    return new StartImages() {
      @Override
      public CompletionStage<Kept> keep(Generation g, String url, Executor executor) {
        throw new AssertionError("nobody has an image");
      }

      @Override
      public String address(Generation g, String key) {
        throw new AssertionError("nobody has an image");
      }

      @Override
      public String shown(Generation g, String key) {
        throw new AssertionError("nobody has an image");
      }

      @Override
      public void forget(String key) {}
    };
  }
}
