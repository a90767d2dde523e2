package com.jadariselabs.video.redis;

import javax.net.ssl.SSLParameters;
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
 */
public record RedisSettings(String host, int port, @Nullable String password, boolean tls) {
  private static final int TIMEOUT_MILLIS = 2_000;

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
    }
    return builder.build();
  }
}
