package com.jadariselabs.video.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;

/** Keeps the files of generations. Implementations are thread-safe; the methods block. */
public interface Storage {

  /**
   * Keeps a copy of a file; once this returns it is whole and outlives a crash. Doing it again with
   * the same arguments is harmless.
   *
   * @param generationId {@code gen_} and up to 64 letters and digits
   * @param fence names the lease under which this is done, up to 64 of {@code [A-Za-z0-9_-]}: a
   *     process that lost its lease without knowing writes beside the rightful file, never over it
   * @param file stays where it is
   * @return the key, to be kept in the generation's row
   * @throws IOException when it could not be kept; nothing is left behind then
   * @throws IllegalArgumentException for an id or fence of another form
   */
  String store(String generationId, String fence, Kind kind, Path file) throws IOException;

  /**
   * Forgets the file; harmless where there is none.
   *
   * @throws IOException when that fails
   */
  void delete(String key) throws IOException;

  /**
   * A URL that anyone can fetch for at least a day; the same one for hours, so that caches work.
   *
   * @throws IOException when the service that signs it cannot be reached
   */
  String url(String key, String generationId, Kind kind) throws IOException;

  /**
   * The URLs of these keys will be asked for in a moment: whoever has to ask a service for each
   * asks for all at once. Never fails.
   */
  default void expect(Collection<String> keys) {}

  /**
   * Tells the keys of all files that were written before a moment.
   *
   * @throws IOException when that fails; some have been told then
   */
  void olderThan(Instant before, Consumer<String> keys) throws IOException;
}
