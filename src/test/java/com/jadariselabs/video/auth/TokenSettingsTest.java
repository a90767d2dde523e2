package com.jadariselabs.video.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSettingsTest {
  private static TokenSettings settings(
      @Nullable String secret, @Nullable String supabaseUrl, @Nullable Boolean local) {
    return new TokenSettings(secret, "", supabaseUrl, " ", "", null, local);
  }

  @Test
  void it_is_local_mode_when_nothing_says_whose_tokens_to_trust_or_when_it_is_said_so() {
    assertThat(settings("", " ", null).local()).isTrue();
    assertThat(settings("secret", null, null).local()).isFalse();
    assertThat(settings(null, "https://ref.supabase.co", null).local()).isFalse();
    assertThat(settings("secret", null, true).local()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(null, null, false))
        .withMessageContaining("JWT_SECRET");
  }

  @Test
  void supabases_address_gives_key_set_and_issuer() {
    TokenSettings supabase = settings(null, "https://ref.supabase.co/", null);
    assertThat(supabase.keySet())
        .contains(URI.create("https://ref.supabase.co/auth/v1/.well-known/jwks.json"));
    assertThat(supabase.expectedIssuer()).contains("https://ref.supabase.co/auth/v1");
    assertThat(supabase.expectedAudience()).isEqualTo("authenticated");
    TokenSettings own =
        new TokenSettings(
            null, "sb", "https://ref.supabase.co", "https://keys.example/k", "a", "i", null);
    assertThat(own.keySet()).contains(URI.create("https://keys.example/k"));
    assertThat(own.expectedIssuer()).contains("i");
    assertThat(own.sharedSecret()).contains("sb");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org",
        "http://127.0.0.1.example.org",
        "ftp://127.0.0.1",
        "https://user:password@example.org",
        "not an address"
      })
  void keys_are_not_fetched_where_others_could_change_them(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(null, url, null))
        .withMessageContaining("SUPABASE_URL");
  }

  @Test
  void loopback_may_be_plain() {
    assertThat(settings(null, "http://127.0.0.1:54321", null).keySet()).isPresent();
    assertThat(settings(null, "http://localhost:54321", null).keySet()).isPresent();
  }

  @Test
  void secrets_are_not_told() {
    assertThat(settings("top-secret-value", "https://ref.supabase.co", null).toString())
        .doesNotContain("top-secret-value")
        .contains("sharedSecret=set");
  }

  @Test
  void the_local_secret_is_made_once_and_for_its_owner_alone(@TempDir Path directory)
      throws Exception {
    Path data = directory.resolve("data");
    List<CompletableFuture<String>> asked =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> LocalSecret.in(data, "jwt.secret")))
            .toList();
    assertThat(asked.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    Path file = data.resolve("jwt.secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file).strip()).hasSize(64);
    try (var files = Files.list(data)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void a_token_of_local_mode_still_holds_after_a_restart(@TempDir Path directory) {
    Tokens before = Tokens.by(TokenSettings.forLocalMode(), directory, Clock.systemUTC());
    String token = before.mint("ada", "pro", false, Duration.ofHours(1));
    Tokens after = Tokens.by(TokenSettings.forLocalMode(), directory, Clock.systemUTC());
    assertThat(after.verify(token)).isInstanceOf(Verification.Valid.class);
    Tokens elsewhere =
        Tokens.by(TokenSettings.forLocalMode(), directory.resolve("other"), Clock.systemUTC());
    assertThat(elsewhere.verify(token)).isInstanceOf(Verification.Invalid.class);
  }
}
