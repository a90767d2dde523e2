package com.jadariselabs.video.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All places where files may be: new ones go to one of them, and each key says by its beginning
 * where its file is ({@code supabase:gen_…}, without any: on the local disk). So a change of
 * settings leaves what was kept before where it is, and within reach. Thread-safe.
 */
public final class Storages implements Storage, AutoCloseable {
  private static final char SEPARATOR = ':';

  private final LocalStorage local;
  private final Map<String, Storage> elsewhere;
  private final String chosen;

  /**
   * These places.
   *
   * @param elsewhere by their names, which no key may begin with otherwise
   * @param chosen the name of where new files go; {@code local} for the local disk
   */
  public Storages(LocalStorage local, Map<String, Storage> elsewhere, String chosen) {
    this.local = local;
    this.elsewhere = Map.copyOf(elsewhere);
    this.chosen = chosen;
    if (!chosen.equals("local") && !elsewhere.containsKey(chosen)) {
      throw new IllegalArgumentException("there is no storage " + chosen);
    }
  }

  /** The local disk alone. */
  public static Storages of(LocalStorage local) {
    return new Storages(local, Map.of(), "local");
  }

  @Override
  public String store(String generationId, String fence, Kind kind, Path file) throws IOException {
    Storage storage = elsewhere.get(chosen);
    return storage == null
        ? local.store(generationId, fence, kind, file)
        : chosen + SEPARATOR + storage.store(generationId, fence, kind, file);
  }

  @Override
  public void delete(String key) throws IOException {
    place(key).storage().delete(place(key).key());
  }

  @Override
  public String url(String key, String generationId, Kind kind) throws IOException {
    Place place = place(key);
    return place.storage().url(place.key(), generationId, kind);
  }

  @Override
  public void expect(Collection<String> keys) {
    if (elsewhere.isEmpty()) {
      return;
    }
    Map<Storage, List<String>> byPlace = new HashMap<>();
    for (String key : keys) {
      if (key.indexOf(SEPARATOR) > 0 && known(key)) {
        Place place = place(key);
        byPlace.computeIfAbsent(place.storage(), any -> new ArrayList<>()).add(place.key());
      }
    }
    byPlace.forEach(Storage::expect);
  }

  @Override
  public void olderThan(Instant before, Consumer<String> keys) throws IOException {
    local.olderThan(before, keys);
    for (Map.Entry<String, Storage> place : elsewhere.entrySet()) {
      place.getValue().olderThan(before, key -> keys.accept(place.getKey() + SEPARATOR + key));
    }
  }

  /** The generation that a key belongs to. */
  public static String generationId(String key) {
    String bare = key.substring(key.indexOf(SEPARATOR) + 1);
    return bare.substring(0, Math.max(0, bare.indexOf('/')));
  }

  /** A URL that leads to this service, which then serves the file or says where it is. */
  public String detour(String generationId, Kind kind) {
    return local.urls().url(generationId, kind);
  }

  /** What {@link #detour} signs. */
  public MediaUrls urls() {
    return local.urls();
  }

  /** The file of this key, where it is on the local disk. */
  public Optional<StoredFile> find(String key) {
    return isLocal(key) ? local.find(key) : Optional.empty();
  }

  /** Whether the file of this key is on the local disk. */
  public boolean isLocal(String key) {
    return key.indexOf(SEPARATOR) < 0;
  }

  private boolean known(String key) {
    return elsewhere.containsKey(key.substring(0, key.indexOf(SEPARATOR)));
  }

  private Place place(String key) {
    int end = key.indexOf(SEPARATOR);
    if (end < 0) {
      return new Place(local, key);
    }
    Storage storage = elsewhere.get(key.substring(0, end));
    return new Place(storage == null ? Nowhere.KNOWN : storage, key.substring(end + 1));
  }

  private record Place(Storage storage, String key) {}

  /** A place that the settings do not name any more. */
  private enum Nowhere implements Storage {
    KNOWN;

    @Override
    public String store(String generationId, String fence, Kind kind, Path file)
        throws IOException {
      throw unknown();
    }

    @Override
    public void delete(String key) throws IOException {
      throw unknown();
    }

    @Override
    public String url(String key, String generationId, Kind kind) throws IOException {
      throw unknown();
    }

    @Override
    public void olderThan(Instant before, Consumer<String> keys) {}

    private static IOException unknown() {
      return new IOException("the settings do not name the storage of this file");
    }
  }

  @Override
  public void close() throws Exception {
    for (Storage storage : elsewhere.values()) {
      if (storage instanceof AutoCloseable closeable) {
        closeable.close();
      }
    }
  }
}
