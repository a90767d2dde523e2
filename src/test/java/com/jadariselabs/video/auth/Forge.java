package com.jadariselabs.video.auth;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens by hand, good ones and others. */
final class Forge {
  static final String SECRET = "a-shared-secret-of-more-than-32-characters";
  static final Instant NOW = Instant.parse("2026-02-27T18:36:00Z");
  static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private Forge() {}

  static String claims(String more) {
    return "{\"sub\":\"ada\",\"aud\":\"authenticated\",\"role\":\"authenticated\",\"exp\":"
        + NOW.plusSeconds(3600).getEpochSecond()
        + (more.isEmpty() ? "" : "," + more)
        + "}";
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String hs256(String claims) {
    return hs256(HS256, claims, SECRET.getBytes(StandardCharsets.UTF_8));
  }

  static String hs256(String header, String claims, byte[] secret) {
    return hmac(base64(header) + "." + base64(claims), secret);
  }

  static String hmac(String signed, byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static String signed(String algorithm, String header, String claims, PrivateKey key) {
    try {
      String input = base64(header) + "." + base64(claims);
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.UTF_8));
      return input + "." + base64(signature.sign());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static String secondSpelling(String token) {
    // The last of 43 characters carries two bits that mean nothing.
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char last = token.charAt(token.length() - 1);
    char other = alphabet.charAt(alphabet.indexOf(last) + 1);
    String spelt = token.substring(0, token.length() - 1) + other;
    Base64.Decoder decoder = Base64.getUrlDecoder();
    int dot = token.lastIndexOf('.') + 1;
    if (!Arrays.equals(
        decoder.decode(token.substring(dot)), decoder.decode(spelt.substring(dot)))) {
      throw new IllegalStateException("not the same signature");
    }
    return spelt;
  }
}
