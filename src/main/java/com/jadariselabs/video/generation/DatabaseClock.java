package com.jadariselabs.video.generation;

import com.google.common.base.Ticker;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The database's time, for whatever is compared with times that the database wrote: deadlines,
 * starts of attempts. Between two readings the monotonic clock goes on, so that a wall clock that
 * is wrong, or jumps, times nothing out. Thread-safe.
 */
public final class DatabaseClock extends Clock {
  private final Supplier<Instant> database;
  private final Clock untilRead;
  private final Ticker ticker;
  private volatile @Nullable Reading last;

  private record Reading(Instant time, long nanos) {}

  /**
   * Reads nothing yet.
   *
   * @param database asks for its present time; may block, may throw
   * @param untilRead what stands in before the first reading
   */
  DatabaseClock(Supplier<Instant> database, Clock untilRead, Ticker ticker) {
    this.database = database;
    this.untilRead = untilRead;
    this.ticker = ticker;
  }

  /** Asks the database; an answer that took a while tells the time of its middle. */
  public void read() {
    long asked = ticker.read();
    Instant time = database.get();
    long answered = ticker.read();
    last = new Reading(time, asked + (answered - asked) / 2);
  }

  @Override
  public Instant instant() {
    Reading reading = last;
    return reading == null
        ? untilRead.instant()
        : reading.time().plusNanos(ticker.read() - reading.nanos());
  }

  @Override
  public ZoneId getZone() {
    return untilRead.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    DatabaseClock same = new DatabaseClock(database, untilRead.withZone(zone), ticker);
    same.last = last;
    return same;
  }
}
