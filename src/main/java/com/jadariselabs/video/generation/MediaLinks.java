package com.jadariselabs.video.generation;

import java.util.Collection;

/** Turns a stored file's key into the address that clients fetch it from. Thread-safe. */
public interface MediaLinks {

  /** The address of the generation's video. */
  String video(String generationId, String key);

  /** The address of the generation's poster. */
  String poster(String generationId, String key);

  /** Whether the file of this key is still there, as far as can be told at once. */
  default boolean keeps(String key) {
    return true;
  }

  /** The addresses of these keys will be asked for in a moment. */
  default void expect(Collection<String> keys) {}
}
