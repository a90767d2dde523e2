package com.jadariselabs.video;

import com.jadariselabs.video.redis.RedisSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, as configured.
 *
 * @param host null: the embedded one
 * @param port 1 to 65535
 * @param password null where it asks for none
 * @param tls whether to connect through TLS
 * @param ca a file of PEM certificates to trust with TLS; null: what this Java trusts
 */
public record RedisServerSettings(
    @Nullable String host, int port, @Nullable String password, boolean tls, @Nullable String ca) {

  /** Checks the port, and that the certificates can be read. */
  public RedisServerSettings {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be from 1 to 65535, not " + port);
    }
    if (ca != null) {
      RedisSettings.trusting(Path.of(ca));
    }
  }
}
