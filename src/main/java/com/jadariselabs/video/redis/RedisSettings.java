package com.jadariselabs.video.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/**
 * Where Redis is.
 *
 * @param host its name or address
 * @param port 1 to 65535
 * @param password null where it asks for none
 * @param tls whether to connect through TLS
 * @param ca PEM certificates of whom to trust with TLS; null: whom this Java trusts
 */
public record RedisSettings(
    String host, int port, @Nullable String password, boolean tls, @Nullable Path ca) {
  private static final int TIMEOUT_MILLIS = 2_000;

  /** Trusts whom this Java trusts. */
  public RedisSettings(String host, int port, @Nullable String password, boolean tls) {
    this(host, port, password, tls, null);
  }

  /**
   * Sockets that trust what these certificates have signed, and nothing else.
   *
   * @throws IllegalArgumentException when the file holds no PEM certificates
   */
  public static SSLSocketFactory trusting(Path ca) {
    try (InputStream in = Files.newInputStream(ca)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca" + trusted.size(), each);
      }
      if (trusted.size() == 0) {
        throw new IllegalArgumentException("ca must be a file of PEM certificates");
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("ca must be a file of PEM certificates", e);
    }
  }

  /** Names the place alone: a record's own text would show the password. */
  @Override
  public String toString() {
    return host + ":" + port;
  }

  HostAndPort address() {
    return new HostAndPort(host, port);
  }

  /**
   * Connect and read time-outs of two seconds.
   *
   * @param subscriptionMillis how long a subscribed connection may be silent
   */
  JedisClientConfig client(int subscriptionMillis) {
    DefaultJedisClientConfig.Builder builder =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(TIMEOUT_MILLIS)
            .socketTimeoutMillis(TIMEOUT_MILLIS)
            .blockingSocketTimeoutMillis(subscriptionMillis)
            .ssl(tls);
    if (password != null && !password.isEmpty()) {
      builder.password(password);
    }
    if (tls) {
      // Without this Jedis accepts the certificate of any other host.
      SSLParameters parameters = new SSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      builder.sslParameters(parameters);
      if (ca != null) {
        builder.sslSocketFactory(trusting(ca));
      }
    }
    return builder.build();
  }
}
