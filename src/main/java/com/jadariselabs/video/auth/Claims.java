package com.jadariselabs.video.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a token's header and payload that matter, read strictly: none of them twice, no
 * wrong types, nothing after the object. Everything else, {@code user_metadata} above all, is
 * skipped.
 */
final class Claims {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(40).build())
          .build();

  /** Seconds since 1970 up to the year 9999. */
  private static final double LATEST = 253_402_300_799d;

  @Nullable String subject;
  @Nullable List<String> audience;
  @Nullable String issuer;
  @Nullable Double expires;
  @Nullable Double notBefore;
  @Nullable Double issuedAt;
  @Nullable String role;
  @Nullable String sessionId;

  /** Not null once {@code app_metadata} was seen. */
  @Nullable String plan;

  @Nullable String appRole;

  private Claims() {}

  /**
   * A header: which algorithm, which key. The members {@code jku}, {@code x5u}, {@code jwk} and
   * such are not even looked at.
   */
  record Header(String algorithm, @Nullable String keyId) {

    static Header read(byte[] json) throws MalformedTokenException {
      String algorithm = null;
      String keyId = null;
      try (JsonParser parser = JSON.createParser(json)) {
        begin(parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          switch (name) {
            case "alg" -> algorithm = once(algorithm, text(parser));
            case "kid" -> keyId = once(keyId, text(parser));
            // RFC 7515, 4.1.11: what is critical must be understood, and we understand none.
            case "crit" -> throw new MalformedTokenException("critical header");
            default -> parser.skipChildren();
          }
        }
        end(parser);
      } catch (IOException e) {
        throw new MalformedTokenException("header is not JSON");
      }
      if (algorithm == null || (keyId != null && keyId.length() > 255)) {
        throw new MalformedTokenException("header without algorithm or with an odd key id");
      }
      return new Header(algorithm, keyId);
    }
  }

  static Claims read(byte[] json) throws MalformedTokenException {
    Claims claims = new Claims();
    try (JsonParser parser = JSON.createParser(json)) {
      begin(parser);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        claims.take(name, parser);
      }
      end(parser);
    } catch (IOException e) {
      throw new MalformedTokenException("payload is not JSON");
    }
    return claims;
  }

  private void take(String name, JsonParser parser) throws IOException, MalformedTokenException {
    switch (name) {
      case "sub" -> subject = once(subject, text(parser));
      case "aud" -> audience = once(audience, texts(parser));
      case "iss" -> issuer = once(issuer, text(parser));
      case "exp" -> expires = once(expires, seconds(parser));
      case "nbf" -> notBefore = once(notBefore, seconds(parser));
      case "iat" -> issuedAt = once(issuedAt, seconds(parser));
      case "role" -> role = once(role, text(parser));
      case "session_id" -> sessionId = once(sessionId, text(parser));
      case "app_metadata" -> takeAppMetadata(parser);
      default -> parser.skipChildren();
    }
  }

  private void takeAppMetadata(JsonParser parser) throws IOException, MalformedTokenException {
    if (plan != null) {
      throw new MalformedTokenException("a claim comes twice");
    }
    plan = "";
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      parser.skipChildren();
      return;
    }
    String foundPlan = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "plan" -> foundPlan = once(foundPlan, lenientText(parser));
        case "role" -> appRole = once(appRole, lenientText(parser));
        default -> parser.skipChildren();
      }
    }
    plan = foundPlan == null ? "" : foundPlan;
  }

  /** A text, or an empty one for anything else. */
  private static String lenientText(JsonParser parser) throws IOException {
    if (parser.hasToken(JsonToken.VALUE_STRING)) {
      return parser.getText();
    }
    parser.skipChildren();
    return "";
  }

  /**
   * Of two members of one name some readers take the first and some the last: neither is let in.
   */
  private static <T> T once(@Nullable T before, T now) throws MalformedTokenException {
    if (before != null) {
      throw new MalformedTokenException("a claim comes twice");
    }
    return now;
  }

  private static void begin(JsonParser parser) throws IOException, MalformedTokenException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedTokenException("not an object");
    }
  }

  private static void end(JsonParser parser) throws IOException, MalformedTokenException {
    if (parser.nextToken() != null) {
      throw new MalformedTokenException("something after the object");
    }
  }

  private static String text(JsonParser parser) throws IOException, MalformedTokenException {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      throw new MalformedTokenException("a claim is not a string");
    }
    return parser.getText();
  }

  private static List<String> texts(JsonParser parser) throws IOException, MalformedTokenException {
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      return List.of(text(parser));
    }
    List<String> texts = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      texts.add(text(parser));
    }
    return texts;
  }

  private static double seconds(JsonParser parser) throws IOException, MalformedTokenException {
    if (!parser.currentToken().isNumeric()) {
      throw new MalformedTokenException("a time is not a number");
    }
    double seconds = parser.getDoubleValue();
    if (!(seconds >= 0 && seconds <= LATEST)) {
      throw new MalformedTokenException("a time is out of range");
    }
    return seconds;
  }
}
