package com.jadariselabs.video.replicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {
  // The example of the Standard Webhooks specification's libraries.
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String OTHER = "whsec_b3RoZXItc2VjcmV0LW90aGVyLXNlY3JldA==";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final Instant SENT = Instant.ofEpochSecond(1614265330);
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
  private static final String KNOWN = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  private final WebhookSignature signature = at(SENT, SECRET);

  @Test
  void the_specification_s_example_is_signed_and_verified() {
    assertThat(signature.sign(ID, SENT, BODY)).isEqualTo(KNOWN);
    assertThat(verify(signature, KNOWN)).isTrue();
  }

  @Test
  void while_a_secret_is_replaced_both_sign_and_either_verifies() {
    String both = at(SENT, SECRET, OTHER).sign(ID, SENT, BODY);
    assertThat(both.split(" ")).hasSize(2);
    assertThat(verify(at(SENT, OTHER), both)).isTrue();
    assertThat(verify(at(SENT, OTHER, SECRET), KNOWN)).isTrue();
    assertThat(verify(at(SENT, OTHER), KNOWN)).isFalse();
  }

  @Test
  void anything_changed_is_refused() {
    String seconds = String.valueOf(SENT.getEpochSecond());
    byte[] changed = "{\"test\": 2432232315}".getBytes(StandardCharsets.UTF_8);
    assertThat(signature.verify(ID, seconds, KNOWN, changed)).isFalse();
    assertThat(signature.verify("msg_other", seconds, KNOWN, BODY)).isFalse();
    assertThat(signature.verify(ID, "1614265331", KNOWN, BODY)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {-301, 301, 100_000_000})
  void a_stale_or_early_one_is_refused(long offset) {
    assertThat(verify(at(SENT.plusSeconds(offset), SECRET), KNOWN)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {-300, 300})
  void five_minutes_are_tolerated(long offset) {
    assertThat(verify(at(SENT.plusSeconds(offset), SECRET), KNOWN)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "v1,", "v1,###", "v2,g0hM9SsE", "v1a,AAAA", "g0hM9SsE", "v1,AAAA v1,BBBB"})
  void other_signatures_are_refused(String header) {
    assertThat(verify(signature, header)).isFalse();
  }

  @Test
  void missing_headers_are_refused() {
    assertThat(signature.verify(null, "1614265330", KNOWN, BODY)).isFalse();
    assertThat(signature.verify(ID, null, KNOWN, BODY)).isFalse();
    assertThat(signature.verify(ID, "1614265330", null, BODY)).isFalse();
    assertThat(signature.verify(ID, "99999999999999999999", KNOWN, BODY)).isFalse();
    assertThat(signature.verify(ID, "-1614265330", KNOWN, BODY)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", "whsec_", "whsec_###"})
  void what_is_no_secret_is_refused_without_being_quoted(String secret) {
    assertThat(WebhookSignature.isSecret(secret)).isFalse();
    assertThatThrownBy(() -> at(SENT, secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("###");
  }

  private static boolean verify(WebhookSignature signature, String header) {
    return signature.verify(ID, String.valueOf(SENT.getEpochSecond()), header, BODY);
  }

  private static WebhookSignature at(Instant now, String... secrets) {
    return new WebhookSignature(Clock.fixed(now, ZoneOffset.UTC), List.of(secrets));
  }
}
