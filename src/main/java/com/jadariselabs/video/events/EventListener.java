package com.jadariselabs.video.events;

/**
 * Hears the events of all generations, this instance's and the others'.
 *
 * <p>Called on the publisher's thread, one event of a generation at a time and in the order of
 * {@code seq}: it must be quick and must never wait. An event can be missing (Redis was away, its
 * publisher died): the next one's {@code seq} shows that.
 */
public interface EventListener {

  /** Something happened. */
  void onEvent(EncodedEvent event);

  /** Events of other instances may have been lost until now: whoever cares looks at the truth. */
  default void relayRestored() {}
}
