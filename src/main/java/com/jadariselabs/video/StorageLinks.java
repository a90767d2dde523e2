package com.jadariselabs.video;

import com.jadariselabs.video.generation.MediaLinks;
import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.Storages;
import java.io.IOException;
import java.util.Collection;

/**
 * Addresses of what the storages keep; while one cannot sign, of this service, which asks later.
 */
record StorageLinks(Storages storages) implements MediaLinks {
  @Override
  public String video(String generationId, String key) {
    return url(generationId, key, Kind.VIDEO);
  }

  @Override
  public String poster(String generationId, String key) {
    return url(generationId, key, Kind.POSTER);
  }

  @Override
  public boolean keeps(String key) {
    return !storages.isLocal(key) || storages.find(key).isPresent();
  }

  @Override
  public void expect(Collection<String> keys) {
    storages.expect(keys);
  }

  private String url(String generationId, String key, Kind kind) {
    try {
      return storages.url(key, generationId, kind);
    } catch (IOException e) {
      return storages.detour(generationId, kind);
    }
  }
}
