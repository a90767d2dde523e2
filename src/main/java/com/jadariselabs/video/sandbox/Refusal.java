package com.jadariselabs.video.sandbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An error answer in Replicate's form. */
record Refusal(int status, String title, String detail, List<InvalidField> invalidFields) {

  /** What is wrong with one field of the input. */
  record InvalidField(String type, String field, String description) {}

  static Refusal of(int status, String title, String detail) {
    return new Refusal(status, title, detail, List.of());
  }

  static Refusal notFound() {
    return of(404, "Not found", "The requested resource could not be found.");
  }

  static Refusal invalid(List<InvalidField> fields) {
    String detail =
        fields.stream()
            .map(field -> "- " + field.field() + ": " + field.description() + "\n")
            .collect(Collectors.joining());
    return new Refusal(422, "Input validation failed", detail, List.copyOf(fields));
  }

  Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("title", title);
    body.put("detail", detail);
    body.put("status", status);
    if (!invalidFields.isEmpty()) {
      body.put("invalid_fields", invalidFields);
    }
    return body;
  }
}
