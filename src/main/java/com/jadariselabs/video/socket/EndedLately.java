package com.jadariselabs.video.socket;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a client that follows all its own had got with those that ended lately: what comes late
 * is not told again, and another run goes on from there. Guarded by its {@link Following}.
 */
final class EndedLately {
  private static final int MOST = 32;

  private final Map<String, Long> lasts = new LinkedHashMap<>(4);

  void remember(String generationId, long last) {
    lasts.remove(generationId);
    lasts.put(generationId, last);
    if (lasts.size() > MOST) {
      lasts.remove(lasts.keySet().iterator().next());
    }
  }

  /** The last it heard; {@link Follow#NOTHING} where that is not known. */
  long last(String generationId) {
    return lasts.getOrDefault(generationId, Follow.NOTHING);
  }
}
