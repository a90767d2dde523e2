package com.jadariselabs.video.image;

/** What became of a start image. */
public sealed interface Kept {

  /** It is in the storage, under this key. */
  record At(String key) implements Kept {}

  /**
   * It is not to be had, or not to be used.
   *
   * @param code {@code image_unreachable}, {@code image_refused}, {@code image_too_large} or {@code
   *     image_invalid}
   * @param message for the user
   * @param again whether it may be otherwise later
   */
  record Refused(String code, String message, boolean again) implements Kept {}
}
