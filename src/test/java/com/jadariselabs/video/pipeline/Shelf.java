package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;

/** A storage that can be out of order, and in whose middle something can happen. */
final class Shelf implements Storage {
  private final Storage storage;
  private volatile boolean broken;
  private volatile Runnable meanwhile = () -> {};

  Shelf(Storage storage) {
    this.storage = storage;
  }

  void broken(boolean is) {
    broken = is;
  }

  /** Happens once, after the next file was stored. */
  void meanwhile(Runnable happens) {
    meanwhile = happens;
  }

  @Override
  public String store(String generationId, String fence, Kind kind, Path file) throws IOException {
    if (broken) {
      throw new IOException("out of order");
    }
    String key = storage.store(generationId, fence, kind, file);
    Runnable happens = meanwhile;
    meanwhile = () -> {};
    happens.run();
    return key;
  }

  @Override
  public void olderThan(Instant before, Consumer<String> keys) {}

  @Override
  public void delete(String key) throws IOException {
    storage.delete(key);
  }

  @Override
  public String url(String key, String generationId, Kind kind) throws IOException {
    return storage.url(key, generationId, kind);
  }
}
