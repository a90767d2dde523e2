package com.jadariselabs.video.generation;

/** Turns a stored file's key into the address that clients fetch it from. Thread-safe. */
public interface MediaLinks {

  /** The address of the generation's video. */
  String video(String generationId, String key);

  /** The address of the generation's poster. */
  String poster(String generationId, String key);
}
