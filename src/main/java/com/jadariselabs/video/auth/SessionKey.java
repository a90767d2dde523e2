package com.jadariselabs.video.auth;

import java.util.Comparator;

/** Names a session: of this user, whatever other users' tokens call theirs. */
record SessionKey(String userId, String sessionId) implements Comparable<SessionKey> {
  private static final Comparator<SessionKey> ORDER =
      Comparator.comparing(SessionKey::userId).thenComparing(SessionKey::sessionId);

  static SessionKey of(Caller caller) {
    return new SessionKey(caller.userId(), caller.sessionId());
  }

  @Override
  public int compareTo(SessionKey other) {
    return ORDER.compare(this, other);
  }
}
