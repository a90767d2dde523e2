package com.jadariselabs.video.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final Clock CLOCK = Clock.fixed(Forge.NOW, ZoneOffset.UTC);
  private static final long T = Forge.NOW.getEpochSecond();

  private final Tokens tokens = new Tokens(TokenSettings.forLocalMode(), Forge.SECRET, null, CLOCK);

  private Caller caller(String claims) {
    Verification verification = tokens.verify(Forge.hs256(claims));
    assertThat(verification).isInstanceOf(Verification.Valid.class);
    return ((Verification.Valid) verification).caller();
  }

  @Test
  void a_person_with_a_token_of_supabase_is_let_in() {
    Caller caller =
        caller(
            """
            {"iss":"https://ref.supabase.co/auth/v1","sub":"7c1ab9d4","aud":["authenticated","other"],
             "exp":%d,"iat":%d,"nbf":%d,"email":"ada@example.org","role":"authenticated","aal":"aal1",
             "session_id":"s-1","is_anonymous":false,"amr":[{"method":"password","timestamp":1}],
             "app_metadata":{"provider":"email","plan":"pro"},"user_metadata":{"plan":"free"}}"""
                .formatted(T + 60, T, T));
    assertThat(caller.userId()).isEqualTo("7c1ab9d4");
    assertThat(caller.plan()).isEqualTo("pro");
    assertThat(caller.roles()).isEqualTo(Set.of("user"));
    assertThat(caller.sessionId()).isEqualTo("s-1");
    assertThat(caller.expiresAt()).isEqualTo(Forge.NOW.plusSeconds(60));
    assertThat(caller.admin()).isFalse();
  }

  @Test
  void what_the_user_wrote_gives_neither_plan_nor_role() {
    Caller caller =
        caller(
            Forge.claims(
                "\"user_metadata\":{\"plan\":\"pro\",\"role\":\"admin\"},\"plan\":\"pro\""));
    assertThat(caller.plan()).isEqualTo("free");
    assertThat(caller.roles()).containsExactly("user");
  }

  @Test
  void admins_are_admins_and_a_trusted_backend_acts_as_one() {
    assertThat(caller(Forge.claims("\"app_metadata\":{\"role\":\"admin\"}")).roles())
        .containsExactlyInAnyOrder("user", "admin");
    Caller service =
        caller(Forge.claims("").replace("\"role\":\"authenticated\"", "\"role\":\"service_role\""));
    assertThat(service.roles()).containsExactlyInAnyOrder("user", "admin", "service");
    assertThat(service.admin()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"app_metadata\":{\"plan\":\"platinum\"}",
        "\"app_metadata\":{\"plan\":{\"a\":1}}",
        "\"app_metadata\":\"pro\"",
        "\"app_metadata\":null",
        "\"app_metadata\":[\"pro\"]",
      })
  void an_odd_plan_is_the_free_one(String metadata) {
    assertThat(caller(Forge.claims(metadata)).plan()).isEqualTo("free");
  }

  @Test
  void a_token_without_a_session_is_its_own() {
    String one = caller(Forge.claims("\"n\":1")).sessionId();
    assertThat(caller(Forge.claims("\"n\":1")).sessionId()).isEqualTo(one);
    assertThat(caller(Forge.claims("\"n\":2")).sessionId()).isNotEqualTo(one);
  }

  @Test
  void clocks_may_differ_by_thirty_seconds() {
    assertThat(caller(Forge.claims("\"nbf\":" + (T + 30) + ",\"iat\":" + (T + 29.5))).userId())
        .isEqualTo("ada");
    assertThat(caller(expiring(T - 29)).userId()).isEqualTo("ada");
  }

  @Test
  void a_minted_token_says_what_was_asked_for() {
    String token = tokens.mint("Ada Lovelace", "pro", true, Duration.ofHours(8));
    assertThat(tokens.verify(token)).isInstanceOf(Verification.Valid.class);
    Caller caller = ((Verification.Valid) tokens.verify(token)).caller();
    assertThat(caller.userId()).isEqualTo("Ada Lovelace");
    assertThat(caller.plan()).isEqualTo("pro");
    assertThat(caller.roles()).containsExactlyInAnyOrder("user", "admin");
    assertThat(caller.expiresAt()).isEqualTo(Forge.NOW.plus(Duration.ofHours(8)));
    assertThat(tokens.verify(tokens.mint("ada", "free", false, Duration.ofHours(1))))
        .isNotEqualTo(tokens.verify(tokens.mint("ada", "free", false, Duration.ofHours(1))));
  }

  @Test
  void audience_and_issuer_are_those_of_the_settings() {
    TokenSettings settings =
        new TokenSettings(
            Forge.SECRET, null, "https://ref.supabase.co/", null, "video", null, null);
    Tokens strict = new Tokens(settings, Forge.SECRET, null, CLOCK);
    String good =
        Forge.claims("\"iss\":\"https://ref.supabase.co/auth/v1\"")
            .replace("\"aud\":\"authenticated\"", "\"aud\":\"video\"");
    assertThat(strict.verify(Forge.hs256(good))).isInstanceOf(Verification.Valid.class);
    assertThat(strict.verify(Forge.hs256(good.replace("\"video\"", "\"authenticated\""))))
        .isInstanceOf(Verification.Invalid.class);
    assertThat(strict.verify(Forge.hs256(good.replace("ref.", "evil."))))
        .isInstanceOf(Verification.Invalid.class);
    assertThat(
            strict.verify(
                Forge.hs256(
                    Forge.claims("").replace("\"aud\":\"authenticated\"", "\"aud\":\"video\""))))
        .isInstanceOf(Verification.Invalid.class);
    assertThat(strict.verify(strict.mint("ada", "free", false, Duration.ofMinutes(1))))
        .isInstanceOf(Verification.Valid.class);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void nobody_gets_in_with(String name, String token) {
    assertThat(tokens.verify(token)).isInstanceOf(Verification.Invalid.class);
  }

  static Stream<Arguments> attacks() {
    byte[] secret = Forge.SECRET.getBytes(StandardCharsets.UTF_8);
    String good = Forge.hs256(Forge.claims(""));
    String unsigned = good.substring(0, good.lastIndexOf('.'));
    String payload = Forge.base64(Forge.claims(""));
    Map<String, String> attacks = new java.util.LinkedHashMap<>();
    attacks.put("an empty text", "");
    attacks.put("two dots", "..");
    attacks.put("no signature", unsigned);
    attacks.put("an empty signature", unsigned + ".");
    attacks.put("algorithm none", Forge.base64("{\"alg\":\"none\"}") + "." + payload + ".");
    attacks.put("algorithm nOnE", Forge.base64("{\"alg\":\"nOnE\"}") + "." + payload + ".AAAA");
    attacks.put("no algorithm", Forge.hs256("{\"typ\":\"JWT\"}", Forge.claims(""), secret));
    attacks.put("algorithm null", Forge.hs256("{\"alg\":null}", Forge.claims(""), secret));
    attacks.put("HS384", Forge.hs256("{\"alg\":\"HS384\"}", Forge.claims(""), secret));
    attacks.put("hs256", Forge.hs256("{\"alg\":\"hs256\"}", Forge.claims(""), secret));
    attacks.put(
        "RS256 without a key", Forge.hs256("{\"alg\":\"RS256\"}", Forge.claims(""), secret));
    attacks.put(
        "another secret",
        Forge.hs256(Forge.HS256, Forge.claims(""), "guess".getBytes(StandardCharsets.UTF_8)));
    attacks.put(
        "its own key in the header",
        Forge.hs256(
            "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"Z3Vlc3M\"},\"jku\":\"http://127.0.0.1:1/\"}",
            Forge.claims(""),
            "guess".getBytes(StandardCharsets.UTF_8)));
    attacks.put(
        "something critical",
        Forge.hs256("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", Forge.claims(""), secret));
    attacks.put(
        "a key id that is a list",
        Forge.hs256("{\"alg\":\"HS256\",\"kid\":[1]}", Forge.claims(""), secret));
    attacks.put(
        "a key id of a thousand characters",
        Forge.hs256(
            "{\"alg\":\"HS256\",\"kid\":\"" + "k".repeat(1000) + "\"}", Forge.claims(""), secret));
    attacks.put(
        "two algorithms",
        Forge.hs256("{\"alg\":\"none\",\"alg\":\"HS256\"}", Forge.claims(""), secret));
    attacks.put("a second subject", Forge.hs256(Forge.claims("\"sub\":\"bob\"")));
    attacks.put(
        "a second role inside",
        Forge.hs256(Forge.claims("\"app_metadata\":{\"role\":1,\"role\":\"admin\"}")));
    attacks.put(
        "app_metadata twice",
        Forge.hs256(
            Forge.claims(
                "\"app_metadata\":{\"plan\":\"pro\"},\"app_metadata\":{\"role\":\"admin\"}")));
    attacks.put("another spelling of the signature", Forge.secondSpelling(good));
    attacks.put("padding", good + "=");
    attacks.put(
        "a padded payload", Forge.hmac(Forge.base64(Forge.HS256) + "." + payload + "=", secret));
    attacks.put(
        "a payload that is no base64", Forge.hmac(Forge.base64(Forge.HS256) + ".&&&&", secret));
    attacks.put("a changed payload", unsigned + "A" + good.substring(good.lastIndexOf('.')));
    attacks.put("a payload that is a list", Forge.hs256("[]"));
    attacks.put("a payload that is no JSON", Forge.hs256("sub=ada"));
    attacks.put("something after the payload", Forge.hs256(Forge.claims("") + "{}"));
    attacks.put(
        "a nested bomb", Forge.hs256(Forge.claims("\"x\":" + "[".repeat(500) + "]".repeat(500))));
    attacks.put(
        "a token of a megabyte",
        Forge.hs256(Forge.claims("\"x\":\"" + "x".repeat(1 << 20) + "\"")));
    attacks.put("five parts", good + ".a.b");
    attacks.put("letters outside ASCII", good.replace('.', '\u2024'));
    attacks.put("a blank before it", " " + good);
    addClaims(attacks);
    return attacks.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  private static void addClaims(Map<String, String> attacks) {
    String good = Forge.claims("");
    Map<String, String> claims = new java.util.LinkedHashMap<>();
    claims.put("no subject", good.replace("\"sub\":\"ada\",", ""));
    claims.put("an empty subject", good.replace("\"ada\"", "\"\""));
    claims.put("a subject that is a number", good.replace("\"ada\"", "17"));
    claims.put("a long subject", good.replace("\"ada\"", "\"" + "a".repeat(256) + "\""));
    claims.put("a new line in the subject", good.replace("\"ada\"", "\"ada\\nroot\""));
    claims.put("a NUL in the subject", good.replace("\"ada\"", "\"ada\\u0000\""));
    claims.put("half a character as subject", good.replace("\"ada\"", "\"\\ud83d\""));
    claims.put("no audience", good.replace("\"aud\":\"authenticated\",", ""));
    claims.put("another audience", good.replace("\"aud\":\"authenticated\"", "\"aud\":\"admin\""));
    claims.put(
        "audiences without ours", good.replace("\"aud\":\"authenticated\"", "\"aud\":[\"a\"]"));
    claims.put(
        "an audience in a list in a list",
        good.replace("\"aud\":\"authenticated\"", "\"aud\":[[\"authenticated\"]]"));
    claims.put("the role anon", good.replace("\"role\":\"authenticated\"", "\"role\":\"anon\""));
    claims.put("no role", good.replace("\"role\":\"authenticated\",", ""));
    claims.put("an invented role", good.replace("\"role\":\"authenticated\"", "\"role\":\"root\""));
    claims.put("no expiry", good.replaceAll(",\"exp\":\\d+", ""));
    claims.put("an expiry that is a text", good.replaceAll("\"exp\":(\\d+)", "\"exp\":\"$1\""));
    claims.put("an expiry beyond all bounds", good.replaceAll("\"exp\":\\d+", "\"exp\":1e400"));
    claims.put(
        "an expiry in the year 30000", good.replaceAll("\"exp\":\\d+", "\"exp\":900000000000"));
    claims.put("an expiry of null", good.replaceAll("\"exp\":\\d+", "\"exp\":null"));
    claims.put("a token that has expired", expiring(T - 30));
    claims.put("a token that is not valid yet", Forge.claims("\"nbf\":" + (T + 31)));
    claims.put("a token from the future", Forge.claims("\"iat\":" + (T + 31)));
    claims.put("a session that is a number", Forge.claims("\"session_id\":1"));
    claims.put("a session with a control character", Forge.claims("\"session_id\":\"a\\u001b\""));
    claims.put("a session named like a token's own", Forge.claims("\"session_id\":\"token:abc\""));
    claims.put(
        "Supabase's anonymous key",
        "{\"iss\":\"supabase\",\"ref\":\"ref\",\"role\":\"anon\",\"iat\":1,\"exp\":"
            + (T + 9)
            + "}");
    claims.forEach((name, text) -> attacks.put(name, Forge.hs256(text)));
  }

  private static String expiring(long at) {
    return Forge.claims("").replaceAll("\"exp\":\\d+", "\"exp\":" + at);
  }
}
