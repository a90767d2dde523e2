package com.jadariselabs.video.it;

import java.util.Map;

/** One process with nothing configured but speed: embedded servers, sandbox, local disk. */
class JourneyIT extends Journey {
  @Override
  void settle(Map<String, String> settings) {
    // It brings everything itself.
  }
}
