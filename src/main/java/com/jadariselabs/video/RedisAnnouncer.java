package com.jadariselabs.video;

import com.jadariselabs.video.auth.Announcer;
import com.jadariselabs.video.redis.Redis;
import java.util.function.Consumer;

/** Tells the other instances through a Redis channel; what is lost, PostgreSQL still knows. */
record RedisAnnouncer(Redis redis, String channel) implements Announcer {
  @Override
  public void publish(String message) {
    redis.send(pipeline -> pipeline.publish(channel, message)::get);
  }

  @Override
  public void listen(Consumer<String> listener) {
    redis.subscribe(channel, listener, () -> {});
  }
}
