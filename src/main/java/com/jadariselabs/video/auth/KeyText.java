package com.jadariselabs.video.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What an API key looks like: letters and digits alone, so that it can be selected with two clicks
 * and found by scanners of secrets.
 *
 * <pre>
 * vk_live_ id(12) _ secret(43, more than 256 random bits) check(6, CRC-32 of all before it)
 * </pre>
 *
 * The check lets a mistyped or invented key be refused without looking for it.
 */
final class KeyText {
  /** No token begins like this: a JWT begins with the base64 of a brace. */
  static final String BEGINNING = "vk_";

  private static final String MARK = "vk_live_";
  private static final String ID_MARK = "key_";
  private static final int ID = 12;
  private static final int SECRET = 43;
  private static final int CHECK = 6;
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final Pattern FORM =
      Pattern.compile(MARK + "([0-9A-Za-z]{%d})_[0-9A-Za-z]{%d}".formatted(ID, SECRET + CHECK));

  private KeyText() {}

  /** A new key. */
  static String fresh(SecureRandom random) {
    String text = MARK + letters(random, ID) + "_" + letters(random, SECRET);
    return text + check(text);
  }

  /** The id of a key that is well formed; empty for any other text. */
  static Optional<String> id(String text) {
    if (text.length() != MARK.length() + ID + 1 + SECRET + CHECK) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(text);
    int end = text.length() - CHECK;
    return form.matches() && check(text.substring(0, end)).equals(text.substring(end))
        ? Optional.of(ID_MARK + form.group(1))
        : Optional.empty();
  }

  /** What the texts of the key of this id begin with. */
  static String prefix(String id) {
    return MARK + id.substring(ID_MARK.length());
  }

  static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String letters(SecureRandom random, int count) {
    StringBuilder letters = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      letters.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return letters.toString();
  }

  private static String check(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    char[] letters = new char[CHECK];
    long rest = crc.getValue();
    for (int i = CHECK - 1; i >= 0; i--) {
      letters[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
      rest /= ALPHABET.length();
    }
    return new String(letters);
  }
}
