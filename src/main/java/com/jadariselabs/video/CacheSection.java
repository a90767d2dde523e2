package com.jadariselabs.video;

/**
 * What is kept in memory.
 *
 * @param memoryMebibytes of all caches together
 */
public record CacheSection(int memoryMebibytes) {
  private static final int MOST = 100_000;

  /** Checks the bound. */
  public CacheSection {
    if (memoryMebibytes < 1 || memoryMebibytes > MOST) {
      throw new IllegalArgumentException(
          "memoryMebibytes must be from 1 to " + MOST + ", not " + memoryMebibytes);
    }
  }

  long bytes() {
    return (long) memoryMebibytes << 20;
  }
}
