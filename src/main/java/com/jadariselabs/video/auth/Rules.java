package com.jadariselabs.video.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whom a genuine token lets in: the claims of the contract's first section. */
final class Rules {
  private static final double SKEW_SECONDS = 30;
  private static final int LONGEST_ID = 255;
  private static final Set<String> PLANS = Set.of("free", "starter", "pro");
  private static final Set<String> USER = Set.of("user");
  private static final Set<String> ADMIN = Set.of("user", "admin");
  private static final Set<String> SERVICE = Set.of("user", "admin", "service");

  private final String audience;
  private final @Nullable String issuer;
  private final Clock clock;

  Rules(TokenSettings settings, Clock clock) {
    this.audience = settings.expectedAudience();
    this.issuer = settings.expectedIssuer().orElse(null);
    this.clock = clock;
  }

  Caller admit(Claims claims, byte[] token, int signedLength) throws MalformedTokenException {
    require(claims.audience != null && claims.audience.contains(audience), "another audience");
    require(issuer == null || Objects.equals(issuer, claims.issuer), "another issuer");
    double expires = checkTimes(claims);
    String subject = claims.subject;
    if (subject == null || !speakable(subject)) {
      throw new MalformedTokenException("no usable subject");
    }
    String plan = claims.plan;
    return new Caller(
        subject,
        plan != null && PLANS.contains(plan) ? plan : "free",
        roles(claims),
        session(claims, token, signedLength),
        instant(expires),
        null,
        claims.issuedAt == null ? null : instant(claims.issuedAt));
  }

  private static Instant instant(double seconds) {
    return Instant.ofEpochMilli((long) (seconds * 1000));
  }

  private double checkTimes(Claims claims) throws MalformedTokenException {
    double now = clock.millis() / 1000.0;
    Double expires = claims.expires;
    if (expires == null || now - SKEW_SECONDS >= expires) {
      throw new MalformedTokenException("expired, or without expiry");
    }
    Double notBefore = claims.notBefore;
    require(notBefore == null || now + SKEW_SECONDS >= notBefore, "not valid yet");
    Double issuedAt = claims.issuedAt;
    require(issuedAt == null || now + SKEW_SECONDS >= issuedAt, "issued in the future");
    return expires;
  }

  private static Set<String> roles(Claims claims) throws MalformedTokenException {
    if ("service_role".equals(claims.role)) {
      return SERVICE;
    }
    require("authenticated".equals(claims.role), "role not let in");
    return "admin".equals(claims.appRole) ? ADMIN : USER;
  }

  /**
   * The session named by the token; else a digest of what is signed. Not of the whole token: some
   * signatures can be rewritten by anyone, and a rewritten one must not bring back a revoked
   * session.
   */
  private static String session(Claims claims, byte[] token, int signedLength)
      throws MalformedTokenException {
    String id = claims.sessionId;
    if (id == null || id.isEmpty()) {
      byte[] digest = sha256(token, signedLength);
      return Sessions.TOKEN_PREFIX
          + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 18));
    }
    boolean ours = id.startsWith(Sessions.TOKEN_PREFIX) || id.startsWith(ApiKeys.SESSION_PREFIX);
    require(speakable(id) && !ours, "no usable session id");
    return id;
  }

  private static byte[] sha256(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** 1 to 255 characters that can be stored, logged and compared without surprises. */
  private static boolean speakable(String text) {
    if (text.isEmpty() || text.length() > LONGEST_ID) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        return false;
      }
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      } else if (Character.isLowSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private static void require(boolean condition, String otherwise) throws MalformedTokenException {
    if (!condition) {
      throw new MalformedTokenException(otherwise);
    }
  }
}
