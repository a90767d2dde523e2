package com.jadariselabs.video.pipeline;

import java.time.Duration;

/** How a visit ends. */
sealed interface Next {

  /** Nothing more to do under this lease: ended, waiting for another attempt, or no longer ours. */
  record Done() implements Next {}

  /** To be visited again after this time; zero for at once. */
  record Again(Work work, Duration in) implements Next {}
}
