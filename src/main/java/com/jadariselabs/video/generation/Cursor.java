package com.jadariselabs.video.generation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in the list: after the generation of this time and id. Opaque to clients. */
record Cursor(Instant createdAt, String id) {
  private static final Pattern OURS = Pattern.compile("(2[0-9]{3}-[0-9T:.-]+Z) ([!-~]{1,100})");

  String encoded() {
    String text = createdAt + " " + id;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static Optional<Cursor> decode(String encoded) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
      Matcher ours = OURS.matcher(text);
      return ours.matches()
          ? Optional.of(new Cursor(Instant.parse(ours.group(1)), ours.group(2)))
          : Optional.empty();
    } catch (IllegalArgumentException | DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
