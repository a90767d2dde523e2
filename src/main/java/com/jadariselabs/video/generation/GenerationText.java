package com.jadariselabs.video.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.UncheckedIOException;

/** A generation's row as the instances share it in Redis; another release's is not understood. */
final class GenerationText {
  private static final ObjectMapper JSON =
      JsonMapper.builder().addModule(new JavaTimeModule()).build();

  private GenerationText() {}

  static String write(Generation g) {
    try {
      return JSON.writeValueAsString(g);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Generation read(String text) {
    try {
      return JSON.readValue(text, Generation.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
