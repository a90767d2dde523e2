package com.jadariselabs.video.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Tells what is wrong with a value by as much of JSON Schema 2020-12 as the API's description uses.
 * A keyword that is not known here is an error, so that nothing passes unlooked at.
 */
public final class JsonSchema {
  private final JsonNode document;

  /** Of a document that its references lead into. */
  public JsonSchema(JsonNode document) {
    this.document = document;
  }

  /** What a {@code $ref} of the document leads to; itself where it is none. */
  public JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }

  /** What is wrong, each with the place; none where the value fits. */
  public List<String> problems(JsonNode schema, JsonNode value) {
    List<String> problems = new ArrayList<>();
    check(schema, value, "$", problems);
    return problems;
  }

  private void check(JsonNode schema, JsonNode value, String at, List<String> problems) {
    schema
        .properties()
        .forEach(
            keyword -> {
              if (!holds(keyword.getKey(), schema, value, at, problems)) {
                problems.add(at + ": " + keyword.getKey() + " " + keyword.getValue() + " " + value);
              }
            });
  }

  private boolean holds(
      String keyword, JsonNode schema, JsonNode value, String at, List<String> problems) {
    JsonNode wanted = schema.get(keyword);
    return switch (keyword) {
      case "description", "examples", "default", "format", "contentMediaType", "contentSchema" ->
          true;
      case "$ref" -> checked(resolve(schema), value, at, problems);
      case "allOf" -> stream(wanted).allMatch(part -> checked(part, value, at, problems));
      case "anyOf" -> fitting(wanted, value) >= 1;
      case "oneOf" -> fitting(wanted, value) == 1;
      case "not" -> !problems(wanted, value).isEmpty();
      case "const" -> wanted.equals(value);
      case "enum" -> stream(wanted).anyMatch(value::equals);
      case "type" ->
          wanted.isTextual()
              ? is(wanted.asText(), value)
              : stream(wanted).anyMatch(type -> is(type.asText(), value));
      default ->
          value.isObject()
              ? objectHolds(keyword, schema, value, at, problems)
              : valueHolds(keyword, wanted, value, at, problems);
    };
  }

  /** True: what is wrong has been told in detail. */
  private boolean checked(JsonNode schema, JsonNode value, String at, List<String> problems) {
    check(schema, value, at, problems);
    return true;
  }

  private boolean objectHolds(
      String keyword, JsonNode schema, JsonNode value, String at, List<String> problems) {
    JsonNode wanted = schema.get(keyword);
    return switch (keyword) {
      case "required" -> stream(wanted).allMatch(name -> value.has(name.asText()));
      case "properties" ->
          value.properties().stream()
              .filter(field -> wanted.has(field.getKey()))
              .allMatch(
                  field ->
                      checked(
                          wanted.get(field.getKey()),
                          field.getValue(),
                          at + "." + field.getKey(),
                          problems));
      case "propertyNames" ->
          value.properties().stream()
              .allMatch(field -> problems(wanted, TextNode.valueOf(field.getKey())).isEmpty());
      case "additionalProperties" ->
          value.properties().stream()
              .filter(field -> !schema.path("properties").has(field.getKey()))
              .allMatch(field -> additional(wanted, field.getValue()));
      default -> false;
    };
  }

  private boolean additional(JsonNode wanted, JsonNode value) {
    return wanted.isBoolean() ? wanted.asBoolean() : problems(wanted, value).isEmpty();
  }

  private boolean valueHolds(
      String keyword, JsonNode wanted, JsonNode value, String at, List<String> problems) {
    if (value.isNull()) {
      return true;
    }
    return switch (keyword) {
      case "items" -> {
        IntStream.range(0, value.size())
            .forEach(i -> check(wanted, value.get(i), at + "[" + i + "]", problems));
        yield true;
      }
      case "minItems" -> value.size() >= wanted.asInt();
      case "maxItems" -> value.size() <= wanted.asInt();
      case "uniqueItems" -> stream(value).distinct().count() == value.size();
      case "minLength" -> length(value) >= wanted.asInt();
      case "maxLength" -> length(value) <= wanted.asInt();
      case "pattern" -> Pattern.compile(wanted.asText()).matcher(value.asText()).find();
      case "minimum" -> value.decimalValue().compareTo(wanted.decimalValue()) >= 0;
      case "maximum" -> value.decimalValue().compareTo(wanted.decimalValue()) <= 0;
      case "exclusiveMinimum" -> value.decimalValue().compareTo(wanted.decimalValue()) > 0;
      default -> false;
    };
  }

  private long fitting(JsonNode schemas, JsonNode value) {
    return stream(schemas).filter(schema -> problems(schema, value).isEmpty()).count();
  }

  private static boolean is(String type, JsonNode value) {
    return switch (type) {
      case "null" -> value.isNull();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      default -> false;
    };
  }

  private static int length(JsonNode value) {
    return value.asText().codePointCount(0, value.asText().length());
  }

  private static Stream<JsonNode> stream(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }
}
