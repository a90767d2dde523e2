package com.jadariselabs.video.generation;

import com.jadariselabs.video.catalog.Plan;
import com.jadariselabs.video.queue.Priority;

/** The database's number of a delivery queue: 0 is served first. */
final class Ranks {
  private Ranks() {}

  static Priority priority(int rank) {
    return switch (rank) {
      case 0 -> Priority.HIGH;
      case 1 -> Priority.NORMAL;
      default -> Priority.LOW;
    };
  }

  static int rank(Priority priority) {
    return switch (priority) {
      case HIGH -> 0;
      case NORMAL -> 1;
      case LOW -> 2;
    };
  }

  static Priority of(Plan plan) {
    return switch (plan) {
      case PRO -> Priority.HIGH;
      case STARTER -> Priority.NORMAL;
      case FREE -> Priority.LOW;
    };
  }
}
