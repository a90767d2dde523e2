package com.jadariselabs.video.pipeline;

import com.jadariselabs.video.generation.Generation;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Start images, as the pipeline needs them. Thread-safe. */
public interface StartImages {

  /** What became of one. */
  sealed interface Kept {
    /** It is in the storage, under this key. */
    record At(String key) implements Kept {}

    /**
     * It is not to be had, or not to be used.
     *
     * @param again whether it may be otherwise later
     */
    record Refused(String code, String message, boolean again) implements Kept {}
  }

  /**
   * Fetches the image that the generation names, and keeps it.
   *
   * @param executor does what blocks
   * @return completes exceptionally where this service itself is at fault
   */
  CompletionStage<Kept> keep(Generation generation, String url, Executor executor);

  /**
   * What the provider is told of the kept one.
   *
   * @throws IOException when the storage cannot be asked, or has lost it
   */
  String address(Generation generation, String key) throws IOException;

  /**
   * What a moderation API is told of the kept one.
   *
   * @throws IOException when the storage cannot be asked, or has lost it
   */
  String shown(Generation generation, String key) throws IOException;

  /** Nobody needs it any more. */
  void forget(String key);
}
