package com.jadariselabs.video.socket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jadariselabs.video.events.EncodedEvent;

/** The way out to one client, whatever its protocol. Thread-safe; never waits for the client. */
interface Outlet {

  /** An event of a generation. */
  void event(EncodedEvent event);

  /** An answer, an error, or another word of the server. */
  void answer(String name, ObjectNode data);
}
