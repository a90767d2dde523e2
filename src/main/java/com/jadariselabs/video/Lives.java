package com.jadariselabs.video;

import io.dropwizard.lifecycle.Managed;

/** A start and an end that belong together. */
record Lives(Step begin, Step end) implements Managed {

  /** Something that is done once and may fail. */
  interface Step {
    void run() throws Exception;
  }

  static Lives of(Step begin, Step end) {
    return new Lives(begin, end);
  }

  @Override
  public void start() throws Exception {
    begin.run();
  }

  @Override
  public void stop() throws Exception {
    end.run();
  }
}
