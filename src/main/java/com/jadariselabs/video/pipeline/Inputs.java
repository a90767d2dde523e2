package com.jadariselabs.video.pipeline;

import com.fasterxml.jackson.databind.JsonNode;

/** Compares inputs as values: a provider may hand {@code 5} back as {@code 5.0}. */
final class Inputs {
  private Inputs() {}

  static boolean same(JsonNode one, JsonNode other) {
    return one.equals(
        (a, b) -> {
          if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue());
          }
          return a.equals(b) ? 0 : 1;
        },
        other);
  }
}
