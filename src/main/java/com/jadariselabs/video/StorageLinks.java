package com.jadariselabs.video;

import com.jadariselabs.video.generation.MediaLinks;
import com.jadariselabs.video.storage.Kind;
import com.jadariselabs.video.storage.LocalStorage;

/** Signed addresses of what the storage keeps. */
record StorageLinks(LocalStorage storage) implements MediaLinks {
  @Override
  public String video(String generationId, String key) {
    return storage.url(key, generationId, Kind.VIDEO);
  }

  @Override
  public String poster(String generationId, String key) {
    return storage.url(key, generationId, Kind.POSTER);
  }
}
