package com.jadariselabs.video.testing;

import com.jadariselabs.video.VideoApplication;
import com.jadariselabs.video.VideoConfiguration;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The whole service in this process, with a provider to be scripted and secrets to look for. */
public final class Doorstep implements AutoCloseable {
  /** Each secret that the service is given; none of them may be seen anywhere. */
  public static final List<String> SECRETS =
      List.of(
          "canary-of-the-jwt-secret-0123456789abcdef",
          "r8_canaryOfTheProvidersToken",
          "whsec_Y2FuYXJ5LW9mLXRoZS13ZWJob29rLXNlY3JldA==",
          "canary-of-the-media-secret-0123456789abcdef",
          "canary-of-the-metrics-token",
          "canary-of-the-moderation-key",
          "canary-of-the-database-password");

  private final FakeProvider provider;
  private final FakeModeration moderation = new FakeModeration();
  private final DropwizardTestSupport<VideoConfiguration> service;
  private final String database;

  /** Starts it; {@code overrides} by turns name and value. */
  public Doorstep(String... overrides) throws Exception {
    provider = FakeProvider.start(Files.readAllBytes(Clips.small()));
    List<ConfigOverride> settings = new ArrayList<>();
    database = Servers.freshDatabase();
    set(settings, "database.url", database);
    set(settings, "database.user", "postgres");
    set(settings, "database.password", SECRETS.get(6));
    set(settings, "redis.host", "127.0.0.1");
    set(settings, "redis.port", "" + Servers.redisPort());
    set(settings, "service.dataDir", Files.createTempDirectory("video").toString());
    set(settings, "service.metricsToken", SECRETS.get(4));
    set(settings, "tokens.jwtSecret", SECRETS.get(0));
    set(settings, "tokens.localMode", "true");
    set(settings, "replicate.apiUrl", provider.apiUrl());
    set(settings, "replicate.apiToken", SECRETS.get(1));
    set(settings, "replicate.webhookSecret", SECRETS.get(2));
    set(settings, "media.secret", SECRETS.get(3));
    set(settings, "media.ffmpeg", "none");
    set(settings, "media.ffprobe", "none");
    set(settings, "moderation.apiUrl", moderation.url());
    set(settings, "moderation.apiKey", SECRETS.get(5));
    set(settings, "queue.pollIntervalMillis", "250");
    set(settings, "server.applicationConnectors[0].port", "0");
    set(settings, "server.adminConnectors[0].port", "0");
    for (int i = 0; i < overrides.length; i += 2) {
      set(settings, overrides[i], overrides[i + 1]);
    }
    service =
        new DropwizardTestSupport<>(
            VideoApplication.class, "config.yml", settings.toArray(ConfigOverride[]::new));
    service.before();
  }

  private static void set(List<ConfigOverride> settings, String name, String value) {
    settings.add(ConfigOverride.config(name, value));
  }

  /** HTTP by hand. */
  public RawHttp http() {
    return new RawHttp(port());
  }

  /** HTTP by hand, at the admin port. */
  public RawHttp admin() {
    return new RawHttp(service.getAdminPort());
  }

  /** The application's port. */
  public int port() {
    return service.getLocalPort();
  }

  /** What the service is built of. */
  public Environment environment() {
    return service.getEnvironment();
  }

  /** Its database. */
  public Jdbi database() {
    return Servers.jdbi(database);
  }

  /** The provider. */
  public FakeProvider provider() {
    return provider;
  }

  /** The moderation API. */
  public FakeModeration moderation() {
    return moderation;
  }

  /** A token of somebody with these roles, among {@code admin} and {@code service}. */
  public static String token(String user, String session, String... roles) {
    Instant now = Instant.now();
    List<String> list = Arrays.asList(roles);
    Map<String, Object> app =
        list.contains("admin") ? Map.of("plan", "pro", "role", "admin") : Map.of("plan", "pro");
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject(user)
            .audience("authenticated")
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(Duration.ofHours(1))))
            .claim("role", list.contains("service") ? "service_role" : "authenticated")
            .claim("session_id", session)
            .claim("app_metadata", app)
            .build();
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      token.sign(new MACSigner(SECRETS.get(0).getBytes(StandardCharsets.UTF_8)));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The header line of a bearer. */
  public static String bearer(@Nullable String token) {
    return "Authorization: Bearer " + token;
  }

  @Override
  public void close() {
    service.after();
    provider.close();
    moderation.close();
  }
}
