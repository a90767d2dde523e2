package com.jadariselabs.video.storage;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signed URLs of local files: {@code
 * <base>/media/<generation>/<file>?expires=<seconds>&sig=<HMAC-SHA256>}. Thread-safe.
 */
public final class MediaUrls {
  private static final String ALGORITHM = "HmacSHA256";
  private static final long DAY_SECONDS = 86_400;

  private final String base;
  private final SecretKeySpec key;
  private final Clock clock;

  /**
   * @param base scheme and authority before {@code /media}, with or without a slash at its end
   * @param secret signs; all instances that serve the same files share it
   */
  public MediaUrls(String base, byte[] secret, Clock clock) {
    this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    this.key = new SecretKeySpec(secret, ALGORITHM);
    this.clock = clock;
  }

  /** The URL: valid for 24 to 48 hours from now, and the same for a day. */
  public String url(String generationId, Kind kind) {
    long expires = expiry(generationId);
    return base
        + "/media/"
        + generationId
        + "/"
        + kind.fileName()
        + "?expires="
        + expires
        + "&sig="
        + signature(generationId, kind, expires);
  }

  /**
   * Whether these are the parameters of one of our URLs that is still valid.
   *
   * @param expires as it came; seconds of the epoch
   * @param sig as it came
   */
  public boolean verify(
      String generationId, Kind kind, @Nullable String expires, @Nullable String sig) {
    if (expires == null || sig == null || !expires.matches("[0-9]{1,12}")) {
      return false;
    }
    long at = Long.parseLong(expires);
    byte[] expected = signature(generationId, kind, at).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(expected, sig.getBytes(StandardCharsets.UTF_8))
        && clock.instant().getEpochSecond() < at;
  }

  /**
   * The day turns at another moment for each generation, so that not every cache misses at once.
   */
  private long expiry(String generationId) {
    long offset = Math.floorMod(generationId.hashCode(), DAY_SECONDS);
    long day = Math.floorDiv(clock.instant().getEpochSecond() - offset, DAY_SECONDS);
    return (day + 2) * DAY_SECONDS + offset;
  }

  private String signature(String generationId, Kind kind, long expires) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      String signed = "media\n" + generationId + "\n" + kind.fileName() + "\n" + expires;
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
