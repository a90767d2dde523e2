package com.jadariselabs.video.credits;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What an account is given once, when it is first seen, by plan.
 *
 * @param free whole credits, at least 0
 * @param starter whole credits, at least 0
 * @param pro whole credits, at least 0
 */
public record StartCredits(
    @JsonProperty("free") int free,
    @JsonProperty("starter") int starter,
    @JsonProperty("pro") int pro) {

  /** Refuses negative amounts. */
  public StartCredits {
    if (free < 0 || starter < 0 || pro < 0) {
      throw new IllegalArgumentException("START_CREDITS_*: at least 0 is expected");
    }
  }

  int of(String plan) {
    return switch (plan) {
      case "pro" -> pro;
      case "starter" -> starter;
      default -> free;
    };
  }
}
