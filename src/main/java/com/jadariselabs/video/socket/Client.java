package com.jadariselabs.video.socket;

import com.jadariselabs.video.auth.Caller;

/** Somebody connected. Thread-safe. */
interface Client {

  /** Who it is. */
  Caller caller();

  /** When it was let in, in monotonic nanoseconds, taken before its token was checked. */
  long admittedAtNanos();

  /** Says what waits and then this; does nothing when it is closing already. */
  void close(Farewell farewell);

  /** Looks whether anything is due. */
  void look(long nowNanos);
}
