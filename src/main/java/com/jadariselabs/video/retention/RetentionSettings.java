package com.jadariselabs.video.retention;

import org.jspecify.annotations.Nullable;

/**
 * For how long things are kept.
 *
 * @param mediaDays days after a generation's end, 1 to 36500; null: for ever
 * @param generationDays the same of its row with everything in it, 2 to 36500; null: for ever
 * @param orphanHours the age at which a file that belongs to nothing is removed, 2 to 8760
 */
public record RetentionSettings(
    @Nullable Integer mediaDays, @Nullable Integer generationDays, int orphanHours) {
  private static final int MOST_DAYS = 36_500;

  /** Checks the ranges. */
  public RetentionSettings {
    require("mediaDays", mediaDays, 1, MOST_DAYS);
    // A repeated submission is answered from the row for a day.
    require("generationDays", generationDays, 2, MOST_DAYS);
    require("orphanHours", orphanHours, 2, 8_760);
  }

  private static void require(String name, @Nullable Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", not " + value);
    }
  }
}
