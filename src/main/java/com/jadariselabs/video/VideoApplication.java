package com.jadariselabs.video;

/** Wiring, to come. */
public final class VideoApplication {
  private VideoApplication() {}

  /** Starts. */
  public static void main(String[] args) {
    System.exit(args.length);
  }
}
