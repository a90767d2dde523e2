package com.jadariselabs.video.ratelimit;

import com.google.common.base.Ticker;
import io.github.bucket4j.TimeMeter;

/** Bucket4j's idea of time, by a ticker that tests can step. */
record TickerTime(Ticker ticker) implements TimeMeter {
  @Override
  public long currentTimeNanos() {
    return ticker.read();
  }

  @Override
  public boolean isWallClockBased() {
    return false;
  }
}
