package com.jadariselabs.video.redis;

import org.jspecify.annotations.Nullable;

/**
 * Where Redis is.
 *
 * @param host its name or address
 * @param port 1 to 65535
 * @param password null where it asks for none
 * @param tls whether to connect through TLS
 */
public record RedisSettings(String host, int port, @Nullable String password, boolean tls) {}
