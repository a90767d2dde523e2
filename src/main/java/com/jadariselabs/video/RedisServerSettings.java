package com.jadariselabs.video;

import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, as configured.
 *
 * @param host null: the embedded one
 * @param port 1 to 65535
 * @param password null where it asks for none
 * @param tls whether to connect through TLS
 */
public record RedisServerSettings(
    @Nullable String host, int port, @Nullable String password, boolean tls) {

  /** Checks the port. */
  public RedisServerSettings {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be from 1 to 65535, not " + port);
    }
  }
}
