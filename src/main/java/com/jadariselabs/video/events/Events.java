package com.jadariselabs.video.events;

/** Where events are published and listened to. Thread-safe. */
public interface Events {

  /** Tells the listeners of this process at once, and the other instances through the relay. */
  void publish(GenerationEvent event);
}
