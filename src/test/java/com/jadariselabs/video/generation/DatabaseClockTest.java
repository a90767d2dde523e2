package com.jadariselabs.video.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Ticker;
import com.jadariselabs.video.testing.SteppableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** A process whose clock is wrong goes by the database's. */
class DatabaseClockTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  private final SteppableClock wall = new SteppableClock();
  private long nanos;
  private Instant database = NOON;
  private boolean away;

  private final DatabaseClock clock = new DatabaseClock(this::ask, wall, ticker());

  @Test
  void before_the_first_reading_the_process_has_nothing_better_than_its_own() {
    wall.step(Duration.ofHours(5));
    assertThat(clock.instant()).isCloseTo(wall.instant(), within(1, ChronoUnit.MINUTES));
  }

  @Test
  void a_jump_of_the_processes_clock_changes_nothing() {
    clock.read();
    wall.step(Duration.ofHours(5));
    pass(3);
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(3));
  }

  @Test
  void each_reading_puts_it_right() {
    clock.read();
    pass(60);
    database = NOON.plusSeconds(61);
    clock.read();
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(61));
  }

  @Test
  void while_the_database_is_away_time_goes_on() {
    clock.read();
    away = true;
    assertThatThrownBy(clock::read).isInstanceOf(IllegalStateException.class);
    pass(10);
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(10));
  }

  private void pass(long seconds) {
    nanos += Duration.ofSeconds(seconds).toNanos();
  }

  private Ticker ticker() {
    return new Ticker() {
      @Override
      public long read() {
        return nanos;
      }
    };
  }

  private Instant ask() {
    if (away) {
      throw new IllegalStateException("away");
    }
    return database;
  }
}
