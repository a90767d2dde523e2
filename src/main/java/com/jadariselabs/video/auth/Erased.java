package com.jadariselabs.video.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The users who were erased lately. A token that was issued before is refused, whatever its
 * session; who signs in afterwards is somebody new. Thread-safe.
 */
final class Erased {
  private final Map<String, SessionDao.ErasedRow> users = new ConcurrentHashMap<>();

  void learn(List<SessionDao.ErasedRow> rows) {
    rows.forEach(row -> users.put(row.digest(), row));
  }

  /** Whether this is a token of somebody who is no more; one that does not say when is, too. */
  boolean refuses(Caller caller) {
    // A key goes with its user, so one that is there is of somebody new.
    if (users.isEmpty() || caller.key() != null) {
      return false;
    }
    SessionDao.ErasedRow row = users.get(digest(caller.userId()));
    Instant issuedAt = caller.issuedAt();
    return row != null && (issuedAt == null || !issuedAt.isAfter(row.erasedAt()));
  }

  void forget(Instant now) {
    users.values().removeIf(row -> row.forgetAt().isBefore(now));
  }

  private static String digest(String userId) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(userId.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
