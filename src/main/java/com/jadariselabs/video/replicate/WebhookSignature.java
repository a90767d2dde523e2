package com.jadariselabs.video.replicate;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies webhooks by the Standard Webhooks rules: HMAC-SHA256 over {@code
 * id.timestamp.body}, in the header {@code webhook-signature} as {@code v1,<base64>}, several of
 * them apart by a blank. Several secrets are in force while one is being replaced. Thread-safe.
 */
public final class WebhookSignature {
  private static final String PREFIX = "whsec_";
  private static final String VERSION = "v1,";
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");
  private static final int MOST_SIGNATURES = 16;

  private final Clock clock;
  private final List<SecretKeySpec> keys;

  /**
   * @param secrets {@code whsec_} and base64 each; all of them sign, and any of them verifies
   * @throws IllegalArgumentException if one is not of this form; its message does not quote it
   */
  public WebhookSignature(Clock clock, List<String> secrets) {
    this.clock = clock;
    this.keys = secrets.stream().map(WebhookSignature::key).toList();
  }

  /** Whether this has the form of a secret. */
  public static boolean isSecret(String secret) {
    try {
      key(secret);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The header's value for this message: a signature by each secret. */
  public String sign(String id, Instant timestamp, byte[] body) {
    StringJoiner signatures = new StringJoiner(" ");
    for (SecretKeySpec key : keys) {
      byte[] mac = mac(key, id, String.valueOf(timestamp.getEpochSecond()), body);
      signatures.add(VERSION + Base64.getEncoder().encodeToString(mac));
    }
    return signatures.toString();
  }

  /**
   * Whether one of the signatures was made with one of the secrets, within five minutes of now. The
   * three headers may be missing.
   */
  public boolean verify(
      @Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body) {
    if (id == null || timestamp == null || signatures == null || !timely(timestamp)) {
      return false;
    }
    boolean matches = false;
    for (byte[] given : decode(signatures)) {
      for (SecretKeySpec key : keys) {
        // No early end: the time taken must not tell which one matched.
        matches |= MessageDigest.isEqual(mac(key, id, timestamp, body), given);
      }
    }
    return matches;
  }

  private boolean timely(String timestamp) {
    if (!SECONDS.matcher(timestamp).matches()) {
      return false;
    }
    Instant sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
    return Duration.between(sent, clock.instant()).abs().compareTo(TOLERANCE) <= 0;
  }

  private static List<byte[]> decode(String signatures) {
    List<byte[]> decoded = new ArrayList<>();
    for (String each : signatures.split(" ", MOST_SIGNATURES + 1)) {
      if (each.startsWith(VERSION) && decoded.size() < MOST_SIGNATURES) {
        try {
          decoded.add(Base64.getDecoder().decode(each.substring(VERSION.length())));
        } catch (IllegalArgumentException e) {
          // Not base64: it matches nothing.
        }
      }
    }
    return decoded;
  }

  private static SecretKeySpec key(String secret) {
    if (!secret.startsWith(PREFIX)) {
      throw new IllegalArgumentException("A webhook secret begins with 'whsec_'.");
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      return new SecretKeySpec(bytes, "HmacSHA256");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("A webhook secret is 'whsec_' followed by base64.");
    }
  }

  private static byte[] mac(SecretKeySpec key, String id, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
