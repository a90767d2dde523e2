package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a Java type is called by those who write JSON. */
final class JsonTypes {
  private static final int LONGEST_PATH = 200;

  private JsonTypes() {}

  /** What is expected where this type is read. */
  static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == double.class || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (CharSequence.class.isAssignableFrom(type) || type.isEnum()) {
      return "text";
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list";
    }
    return type.isRecord() || Map.class.isAssignableFrom(type)
        ? "a JSON object"
        : "of another type";
  }

  /** The field's path, {@code a.b[0].c}. A caller's own names in it are cut to a sane length. */
  static String path(List<Reference> path) {
    StringBuilder dotted = new StringBuilder();
    for (Reference reference : path) {
      if (reference.getFieldName() == null) {
        dotted.append('[').append(reference.getIndex()).append(']');
      } else {
        dotted.append(dotted.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return dotted.substring(0, Math.min(dotted.length(), LONGEST_PATH));
  }
}
