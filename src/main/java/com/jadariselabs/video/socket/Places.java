package com.jadariselabs.video.socket;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many of something each user holds here. Thread-safe. */
final class Places {
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();
  private final int most;

  Places(int most) {
    this.most = most;
  }

  /** Takes one, unless the user holds as many as allowed. */
  boolean take(String userId) {
    int[] before = new int[1];
    taken.compute(
        userId,
        (id, count) -> {
          before[0] = count == null ? 0 : count;
          return Math.min(most, before[0] + 1);
        });
    return before[0] < most;
  }

  /** Gives one back. */
  void leave(String userId) {
    taken.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1);
  }
}
