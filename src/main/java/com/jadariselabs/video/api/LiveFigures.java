package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.jadariselabs.video.queue.WorkerStats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one instance knows of itself, at a moment.
 *
 * @param instance its name
 * @param sockets open WebSockets
 * @param checks its health, check by check
 */
public record LiveFigures(
    String instance, WorkerStats workers, long sockets, Provider provider, List<Health> checks) {

  /**
   * The provider, as this instance finds it.
   *
   * @param circuit {@code closed}, {@code half_open} or {@code open}
   * @param problem in a sentence, null where nothing is known against it
   */
  public record Provider(String circuit, @Nullable String problem, Budget creates, Budget calls) {}

  /**
   * How many calls it may make.
   *
   * @param perMinute null without a limit
   * @param left now; null without a limit
   * @param pausedMs how long the provider asked to be left alone; 0: it did not
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Budget(@Nullable Integer perMinute, @Nullable Long left, long pausedMs) {}

  /**
   * A health check.
   *
   * @param message what is wrong, null while all is well
   */
  public record Health(String name, boolean healthy, @Nullable String message) {}
}
