package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.FakeSupabase;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.Servers;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process with nothing of a Supabase project but its settings: tokens, page, storage. */
class SupabaseIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String SECRET = "sb_secret_canary";
  private static final String PUBLISHABLE = "sb_publishable_shown";

  @TempDir static Path directory;
  private static FakeSupabase project;
  private static Instance instance;
  private static Client ada;

  @BeforeAll
  static void start() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    project =
        new FakeSupabase(SECRET, "videos", false)
            .document("/auth/v1/.well-known/jwks.json", new JWKSet(key.toPublicJWK()).toString());
    Map<String, String> settings =
        Instance.settings(directory, Servers.freshDatabase(), Servers.redisPort());
    settings.remove("JWT_SECRET");
    settings.remove("LOCAL_MODE");
    instance =
        Instance.of(settings)
            .with("HOST", "127.0.0.1")
            .with("SUPABASE_URL", project.url())
            .with("SUPABASE_ANON_KEY", PUBLISHABLE)
            .with("SUPABASE_SERVICE_ROLE_KEY", SECRET)
            .with("SUPABASE_STORAGE_BUCKET", "videos")
            .start();
    ada = new Client(instance.url(), token(key));
  }

  @AfterAll
  static void stop() throws Exception {
    instance.close();
    project.close();
  }

  @Test
  void its_tokens_its_bucket_and_its_sign_in_work_by_settings_alone() throws Exception {
    JsonNode config = instance.nobody().get("/api/studio/config").json();
    assertThat(config.path("local").asBoolean()).isFalse();
    assertThat(config.path("supabase_url").asText()).isEqualTo(project.url());
    assertThat(config.path("supabase_anon_key").asText()).isEqualTo(PUBLISHABLE);
    List<String> policy =
        List.of(
            instance.nobody().get("/").header("Content-Security-Policy").orElse("").split("; "));
    assertThat(policy)
        .contains(
            "connect-src 'self' " + project.url(),
            "img-src 'self' data: blob: " + project.url(),
            "media-src 'self' blob: " + project.url());

    project.down(true);
    String id = ada.submit("A canary-lion", 1).generationId();
    Awaitility.await().atMost(PATIENCE).until(() -> project.calls().size() >= 4);
    project.down(false);
    JsonNode done = ada.awaitEnd(id, PATIENCE);
    assertThat(done.path("status").asText()).isEqualTo("completed");
    assertThat(done.path("attempts").asInt()).isEqualTo(1);
    String url = done.path("result_url").asText();
    assertThat(url).startsWith(project.url() + "/storage/v1/object/sign/videos/" + id + "/");
    byte[] video = new Client(URI.create(project.url()), null).get(path(url)).body();
    assertThat(video).hasSizeGreaterThan(1000);
    assertThat(project.objects().values())
        .anyMatch(stored -> stored.content().length == video.length);
    assertThat(done.path("poster_url").asText()).startsWith(project.url());
    assertThat(project.refusals()).isEmpty();

    String one = "/api/generate/video?generation_id=" + id;
    assertThat(ada.delete(one + "&purge=perhaps").status()).isEqualTo(400);
    JsonNode purged = ada.delete(one + "&purge=true").json();
    assertThat(purged.path("purged").asBoolean()).isTrue();
    assertThat(purged.path("status").asText()).isEqualTo("completed");
    assertThat(ada.get(one).status()).isEqualTo(404);
    assertThat(ada.delete(one + "&purge=true").status()).isEqualTo(404);
    Awaitility.await().atMost(PATIENCE).until(() -> project.objects().isEmpty());

    String page = instance.nobody().get("/").text() + config;
    assertThat(page).doesNotContain(SECRET);
    assertThat(instance.log())
        .noneMatch(
            line -> line.contains(SECRET) || line.contains("token=") || line.contains("lion"));
  }

  private static String path(String url) {
    return URI.create(url).getRawPath() + "?" + URI.create(url).getRawQuery();
  }

  private static String token(ECKey key) throws Exception {
    Instant now = Instant.now();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(project.url() + "/auth/v1")
            .subject("6b6f6f6f-0000-4000-8000-000000000001")
            .audience("authenticated")
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(Duration.ofHours(1))))
            .claim("role", "authenticated")
            .claim("session_id", "s1")
            .build();
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(), claims);
    token.sign(new ECDSASigner(key));
    return token.serialize();
  }
}
