package com.jadariselabs.video.catalog;

import java.util.Locale;

/** What a user has subscribed to; decides the queue, the start credits and the limits. */
public enum Plan {
  FREE,
  STARTER,
  PRO;

  /** The plan of a claim's value; anything unknown is {@link #FREE}. */
  public static Plan of(String claim) {
    for (Plan plan : values()) {
      if (plan.wireName().equals(claim)) {
        return plan;
      }
    }
    return FREE;
  }

  /** The name clients see: {@code free}, {@code starter}, {@code pro}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
