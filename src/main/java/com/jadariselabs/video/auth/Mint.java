package com.jadariselabs.video.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes tokens as Supabase would, up to the signature. */
final class Mint {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private final String audience;
  private final @Nullable String issuer;
  private final Clock clock;

  Mint(TokenSettings settings, Clock clock) {
    this.audience = settings.expectedAudience();
    this.issuer = settings.expectedIssuer().orElse(null);
    this.clock = clock;
  }

  String signingInput(String user, String plan, boolean admin, Duration ttl) {
    return encode(HEADER.getBytes(StandardCharsets.UTF_8))
        + "."
        + encode(payload(user, plan, admin, ttl));
  }

  private byte[] payload(String user, String plan, boolean admin, Duration ttl) {
    long now = clock.instant().getEpochSecond();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("sub", user);
      json.writeStringField("aud", audience);
      if (issuer != null) {
        json.writeStringField("iss", issuer);
      }
      json.writeNumberField("iat", now);
      json.writeNumberField("exp", now + ttl.toSeconds());
      json.writeStringField("role", "authenticated");
      json.writeStringField("session_id", UUID.randomUUID().toString());
      json.writeObjectFieldStart("app_metadata");
      json.writeStringField("plan", plan);
      if (admin) {
        json.writeStringField("role", "admin");
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
