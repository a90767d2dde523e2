package com.jadariselabs.video.redis;

/** What Redis does with keys when its memory is full. */
public enum Eviction {
  /** {@code noeviction}: writes are refused, nothing is dropped. */
  SAFE,
  /** A policy that drops keys: waiting jobs would be rung again late, limits would be forgotten. */
  UNSAFE,
  /** Redis does not say. */
  UNKNOWN;

  private static final String FIELD = "maxmemory_policy:";

  static Eviction of(String memoryInfo) {
    return memoryInfo
        .lines()
        .filter(line -> line.startsWith(FIELD))
        .findFirst()
        .map(line -> line.substring(FIELD.length()).strip().equals("noeviction") ? SAFE : UNSAFE)
        .orElse(UNKNOWN);
  }
}
