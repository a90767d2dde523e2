package com.jadariselabs.video.events;

/**
 * Where events are published, after the commit of the change that they tell of. Thread-safe; never
 * waits for a listener's client or for Redis.
 */
@FunctionalInterface
public interface Events {

  /** Tells the listeners of this process at once, and the other instances through the relay. */
  void publish(GenerationEvent event);
}
