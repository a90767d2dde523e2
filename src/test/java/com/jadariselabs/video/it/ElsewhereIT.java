package com.jadariselabs.video.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.jadariselabs.video.testing.Client;
import com.jadariselabs.video.testing.FakeSupabase;
import com.jadariselabs.video.testing.Instance;
import com.jadariselabs.video.testing.Neighbour;
import com.jadariselabs.video.testing.S3Server;
import com.jadariselabs.video.testing.Servers;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The same journey with only settings changed: servers of other people, as the machine has them in
 * its packages (PostgreSQL 15 and Redis 7 on a Debian 12), and a Supabase project.
 */
@Tag("chaos")
class ElsewhereIT {
  private static final String REDIS_PASSWORD = "hush-canary-of-redis";

  /** PostgreSQL behind PgBouncer in transaction mode. */
  abstract static class Pooled extends Journey {
    private Neighbour postgres;

    @Override
    void settle(Map<String, String> settings) throws Exception {
      postgres = keep(Neighbour.postgres(folder("postgres")));
      Neighbour bouncer = keep(Neighbour.pgBouncer(folder("bouncer"), postgres));
      settings.put(
          "DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + bouncer.port() + "/video?user=postgres");
    }

    @Override
    final Jdbi database(Instance running) {
      return Servers.jdbi(
          "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/postgres?user=postgres");
    }

    @Override
    int embeddedServers() {
      return 0;
    }

    /** A Redis that asks for a password and speaks TLS, by an authority of its own. */
    final void redis(Map<String, String> settings) throws Exception {
      Neighbour redis = keep(Neighbour.redisWithTls(folder("redis"), REDIS_PASSWORD));
      settings.put("REDIS_HOST", "127.0.0.1");
      settings.put("REDIS_PORT", "" + redis.port());
      settings.put("REDIS_PASSWORD", REDIS_PASSWORD);
      settings.put("REDIS_TLS", "true");
      settings.put("REDIS_CA", redis.directory().resolve("ca.pem").toString());
    }
  }

  /** Media stay on the local disk. */
  @Nested
  class WithAPoolerAndRedisThroughTls extends Pooled {
    @Override
    void settle(Map<String, String> settings) throws Exception {
      super.settle(settings);
      redis(settings);
    }

    @Override
    List<String> secrets() {
      return List.of(REDIS_PASSWORD);
    }
  }

  /** Everything elsewhere, media in a bucket. */
  @Nested
  class WithS3 extends Pooled {
    private S3Server s3;

    @Override
    void settle(Map<String, String> settings) throws Exception {
      super.settle(settings);
      redis(settings);
      Path files = Files.createDirectories(folder("s3").resolve("files"));
      s3 = keep(S3Server.start(files, "videos"));
      settings.put("S3_ENDPOINT", s3.endpoint());
      settings.put("S3_BUCKET", "videos");
      settings.put("S3_ACCESS_KEY_ID", S3Server.ACCESS_KEY);
      settings.put("S3_SECRET_ACCESS_KEY", S3Server.SECRET_KEY);
    }

    @Override
    String mediaUrl(Instance running) {
      return s3.endpoint() + "/videos/gen_";
    }

    @Override
    List<String> secrets() {
      return List.of(REDIS_PASSWORD, S3Server.SECRET_KEY);
    }
  }

  /** A Supabase project's five settings: its users' tokens, its bucket, its database's pooler. */
  @Nested
  class WithSupabase extends Pooled {
    private static final String SECRET = "sb_secret_canary";

    private ECKey key;
    private FakeSupabase project;

    @Override
    void settle(Map<String, String> settings) throws Exception {
      super.settle(settings);
      redis(settings);
      key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
      project =
          keep(new FakeSupabase(SECRET, "videos", false))
              .document("/auth/v1/.well-known/jwks.json", new JWKSet(key.toPublicJWK()).toString());
      settings.remove("JWT_SECRET");
      settings.remove("LOCAL_MODE");
      settings.put("HOST", "127.0.0.1");
      settings.put("SUPABASE_URL", project.url());
      settings.put("SUPABASE_ANON_KEY", "sb_publishable_shown");
      settings.put("SUPABASE_SERVICE_ROLE_KEY", SECRET);
      settings.put("SUPABASE_STORAGE_BUCKET", "videos");
    }

    @Override
    Client user(Instance running, String name) {
      UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
      Instant now = Instant.now();
      JWTClaimsSet claims =
          new JWTClaimsSet.Builder()
              .issuer(project.url() + "/auth/v1")
              .subject(id.toString())
              .audience("authenticated")
              .issueTime(Date.from(now))
              .expirationTime(Date.from(now.plus(Duration.ofHours(1))))
              .claim("role", "authenticated")
              .claim("session_id", "session-of-" + name)
              .claim("app_metadata", Map.of("provider", "email", "plan", "starter"))
              .build();
      try {
        SignedJWT token =
            new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(), claims);
        token.sign(new ECDSASigner(key));
        return new Client(running.url(), token.serialize());
      } catch (JOSEException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    String mediaUrl(Instance running) {
      return project.url() + "/storage/v1/object/sign/videos/gen_";
    }

    @Override
    List<String> secrets() {
      return List.of(REDIS_PASSWORD, SECRET);
    }

    @AfterAll
    void everyCallKeptToTheInterface() {
      // There is none where the machine lacks a program, and the journey is skipped.
      if (project != null) {
        assertThat(project.refusals()).isEmpty();
      }
    }
  }
}
