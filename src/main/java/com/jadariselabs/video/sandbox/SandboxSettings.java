package com.jadariselabs.video.sandbox;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.jspecify.annotations.Nullable;

/**
 * How the sandbox behaves; what is absent takes its default.
 *
 * @param startingMillis how long a prediction is {@code starting} at least, 1,500 by default
 * @param processingMillisPerSecond how long it is {@code processing} at least, for each second of
 *     video, 1,400 by default; rendering itself may take longer
 * @param renderThreads how many clips are rendered at once, 2 by default
 * @param small whether clips are a quarter the size and 8 frames a second, for quick tests
 * @param retentionMinutes after so long input, output and logs are removed, 60 by default
 */
public record SandboxSettings(
    @Nullable Integer startingMillis,
    @Nullable Integer processingMillisPerSecond,
    @Nullable Integer renderThreads,
    boolean small,
    @Nullable Integer retentionMinutes) {

  private static final int HOUR_MILLIS = 3_600_000;

  /** Checks and fills in the defaults. */
  @JsonCreator
  public SandboxSettings {
    startingMillis = within("starting", startingMillis, 1_500, 0, HOUR_MILLIS);
    processingMillisPerSecond =
        within("processing", processingMillisPerSecond, 1_400, 0, HOUR_MILLIS);
    renderThreads = within("render threads", renderThreads, 2, 1, 64);
    retentionMinutes = within("retention", retentionMinutes, 60, 1, 24 * 60);
  }

  /** What a person wants to watch. */
  public static SandboxSettings defaults() {
    return new SandboxSettings(null, null, null, false, null);
  }

  /** Small clips as fast as they can be rendered. */
  public static SandboxSettings quick() {
    return new SandboxSettings(0, 0, null, true, null);
  }

  int starting() {
    return startingMillis == null ? 0 : startingMillis;
  }

  int processingPerSecond() {
    return processingMillisPerSecond == null ? 0 : processingMillisPerSecond;
  }

  int threads() {
    return renderThreads == null ? 1 : renderThreads;
  }

  int retention() {
    return retentionMinutes == null ? 1 : retentionMinutes;
  }

  private static int within(
      String name, @Nullable Integer value, int byDefault, int least, int most) {
    int chosen = value == null ? byDefault : value;
    if (chosen < least || chosen > most) {
      throw new IllegalArgumentException(
          "sandbox: " + name + " is between " + least + " and " + most);
    }
    return chosen;
  }
}
