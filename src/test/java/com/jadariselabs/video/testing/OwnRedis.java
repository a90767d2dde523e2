package com.jadariselabs.video.testing;

import com.jadariselabs.video.redis.RedisSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.embedded.RedisServer;

/** A Redis that one test may stop, start, empty and fill up. */
public final class OwnRedis implements AutoCloseable {
  private final int port = Servers.freePort();
  private RedisServer server = start();

  /** Where it is, running or not. */
  public RedisSettings settings() {
    return new RedisSettings("127.0.0.1", port, null, false);
  }

  /** A connection of its own. */
  public Jedis connect() {
    return new Jedis("127.0.0.1", port);
  }

  /** Holds no more than so many bytes: writes beyond are refused; 0: no limit. */
  public void limit(String bytes) {
    try (Jedis jedis = connect()) {
      jedis.configSet("maxmemory", bytes);
    }
  }

  /** Ends it and everything that it holds. */
  public void stop() {
    try (Jedis jedis = connect()) {
      jedis.shutdown();
    } catch (JedisConnectionException e) {
      // It hangs up instead of answering.
    }
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again, empty, at the same place. */
  public void startAgain() {
    server = start();
  }

  @Override
  public void close() {
    stop();
  }

  private RedisServer start() {
    try {
      RedisServer started =
          RedisServer.newRedisServer()
              .port(port)
              .setting("bind 127.0.0.1")
              .setting("save \"\"")
              .build();
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
