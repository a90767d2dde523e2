package com.jadariselabs.video.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.base.Ticker;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies bearer tokens (RFC 7519 in the form Supabase issues) and, in local mode, mints them.
 * Which algorithms are accepted follows from the keys there are: HS256 with a shared secret, RS256
 * and ES256 with a key set. Thread-safe.
 */
public final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final int LONGEST = 16 * 1024;
  private static final int HEADERS_REMEMBERED = 64;

  private final TokenSettings settings;
  private final @Nullable Hmac hmac;
  private final @Nullable KeySet keySet;
  private final Rules rules;
  private final Mint mint;

  /** Headers that came with a good signature: an issuer has a few, and parsing each costs time. */
  private final Map<String, Claims.Header> headers = new ConcurrentHashMap<>();

  /** Asymmetric signatures cost a hundred times an HMAC; a token comes many times in its life. */
  private final Cache<String, Boolean> signatures =
      Caffeine.newBuilder().maximumSize(4_096).expireAfterWrite(Duration.ofMinutes(1)).build();

  Tokens(TokenSettings settings, @Nullable String secret, @Nullable KeySet keySet, Clock clock) {
    this.settings = settings;
    this.hmac = secret == null ? null : new Hmac(secret);
    this.keySet = keySet;
    this.rules = new Rules(settings, clock);
    this.mint = new Mint(settings, clock);
  }

  /**
   * Tokens by these settings. Begins to fetch the key set, if there is one, and makes the local
   * secret, if local mode has no other.
   *
   * @param dataDirectory where the local secret is kept
   */
  public static Tokens by(TokenSettings settings, Path dataDirectory, Clock clock) {
    String secret = settings.sharedSecret().orElse(null);
    if (secret == null && settings.local()) {
      secret = LocalSecret.in(dataDirectory, "jwt.secret");
    }
    if (secret != null && secret.length() < 32) {
      LOG.warn("The shared secret of the tokens is shorter than 32 characters (RFC 7518, 3.2)");
    }
    KeySet keySet =
        settings
            .keySet()
            .map(address -> new KeySet(KeySetSource.at(address), Ticker.systemTicker()))
            .orElse(null);
    if (keySet != null) {
      keySet.prefetch();
    }
    return new Tokens(settings, secret, keySet, clock);
  }

  /** The settings that these tokens follow. */
  public TokenSettings settings() {
    return settings;
  }

  /**
   * Whether this token holds, and whose it is. Takes microseconds, but for a token with an unknown
   * key id, which may wait seconds for the issuer.
   *
   * @return {@link Verification.Valid} or {@link Verification.Invalid}; revocation is not looked at
   */
  public Verification verify(String jwt) {
    try {
      return new Verification.Valid(callerOf(jwt));
    } catch (MalformedTokenException e) {
      return new Verification.Invalid(e.reason());
    }
  }

  /**
   * A token of a new session.
   *
   * @param user the {@code sub}
   * @param plan {@code free}, {@code starter} or {@code pro}
   * @param ttl until it expires
   * @throws IllegalStateException when there is no shared secret to sign with
   */
  public String mint(String user, String plan, boolean admin, Duration ttl) {
    if (hmac == null) {
      throw new IllegalStateException("tokens are minted only where there is a shared secret");
    }
    String signed = mint.signingInput(user, plan, admin, ttl);
    byte[] bytes = signed.getBytes(StandardCharsets.ISO_8859_1);
    return signed + "." + new String(hmac.sign(bytes, bytes.length), StandardCharsets.ISO_8859_1);
  }

  private Caller callerOf(String jwt) throws MalformedTokenException {
    int headerEnd = jwt.indexOf('.');
    int payloadEnd = jwt.lastIndexOf('.');
    if (jwt.length() > LONGEST
        || headerEnd <= 0
        || payloadEnd <= headerEnd + 1
        || jwt.indexOf('.', headerEnd + 1) != payloadEnd) {
      throw new MalformedTokenException("not a signed token in compact form");
    }
    byte[] token = jwt.getBytes(StandardCharsets.ISO_8859_1);
    String headerPart = jwt.substring(0, headerEnd);
    Claims.Header remembered = headers.get(headerPart);
    Claims.Header header =
        remembered == null ? Claims.Header.read(decode(token, 0, headerEnd)) : remembered;
    checkSignature(header, jwt, token, payloadEnd);
    if (remembered == null && headers.size() < HEADERS_REMEMBERED) {
      headers.put(headerPart, header);
    }
    return rules.admit(Claims.read(decode(token, headerEnd + 1, payloadEnd)), token, payloadEnd);
  }

  private void checkSignature(Claims.Header header, String jwt, byte[] token, int signedLength)
      throws MalformedTokenException {
    boolean good =
        switch (header.algorithm()) {
          case "HS256" -> hmac != null && hmac.verify(token, signedLength);
          case "RS256" -> asymmetric(JWSAlgorithm.RS256, header, jwt, token, signedLength);
          case "ES256" -> asymmetric(JWSAlgorithm.ES256, header, jwt, token, signedLength);
          default -> throw new MalformedTokenException("algorithm not accepted");
        };
    if (!good) {
      throw new MalformedTokenException("wrong signature, or no key for it");
    }
  }

  private boolean asymmetric(
      JWSAlgorithm algorithm, Claims.Header header, String jwt, byte[] token, int signedLength) {
    if (keySet == null) {
      return false;
    }
    if (signatures.getIfPresent(jwt) != null) {
      return true;
    }
    byte[] signed = Arrays.copyOf(token, signedLength);
    Base64URL signature = new Base64URL(jwt.substring(signedLength + 1));
    if (!Base64URL.encode(signature.decode()).equals(signature)) {
      return false;
    }
    for (SigningKey key : keySet.fitting(algorithm, header.keyId())) {
      if (verified(key, signed, signature)) {
        signatures.put(jwt, true);
        return true;
      }
    }
    return false;
  }

  private static boolean verified(SigningKey key, byte[] signed, Base64URL signature) {
    try {
      return key.verifies(signed, signature);
    } catch (JOSEException e) {
      return false;
    }
  }

  private static byte[] decode(byte[] token, int from, int to) throws MalformedTokenException {
    byte[] part = Arrays.copyOfRange(token, from, to);
    if (part[part.length - 1] == '=') {
      throw new MalformedTokenException("padded base64");
    }
    try {
      return Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException e) {
      throw new MalformedTokenException("not base64url");
    }
  }
}
