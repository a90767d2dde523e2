package com.jadariselabs.video.socket;

/** How far one client has got with one generation. Guarded by its {@link Following}. */
final class Follow {
  static final long NOTHING = -1;

  /** The {@code seq} of the last event it was told; {@link #NOTHING} before the first. */
  long last = NOTHING;

  /** Whether the client subscribed to this very one, not just to all of its own. */
  boolean asked;

  /** Whether its state is being fetched, and live events are left to the history. */
  boolean settling;

  /** Whether the client owns it. */
  boolean own = true;
}
