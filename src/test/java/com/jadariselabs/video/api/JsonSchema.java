package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Tells what is wrong with a value by as much of JSON Schema 2020-12 as the API's description uses.
 * A keyword that is not known here is an error, so that nothing passes unlooked at.
 */
final class JsonSchema {
  private final JsonNode document;

  JsonSchema(JsonNode document) {
    this.document = document;
  }

  /** What a {@code $ref} of the document leads to; itself where it is none. */
  JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }

  /** What is wrong, each with the place; none where the value fits. */
  List<String> problems(JsonNode schema, JsonNode value) {
    List<String> problems = new ArrayList<>();
    check(schema, value, "$", problems);
    return problems;
  }

  private void check(JsonNode schema, JsonNode value, String at, List<String> problems) {
    schema
        .properties()
        .forEach(
            keyword -> {
              if (!holds(keyword.getKey(), keyword.getValue(), schema, value, at, problems)) {
                problems.add(at + ": " + keyword.getKey() + " " + keyword.getValue() + " " + value);
              }
            });
  }

  private boolean holds(
      String keyword,
      JsonNode wanted,
      JsonNode schema,
      JsonNode value,
      String at,
      List<String> problems) {
    switch (keyword) {
      case "description", "examples", "default", "format":
      case "contentMediaType", "contentSchema":
        return true;
      case "$ref":
        check(resolve(schema), value, at, problems);
        return true;
      case "allOf":
        wanted.forEach(part -> check(part, value, at, problems));
        return true;
      case "anyOf":
        return fitting(wanted, value) >= 1;
      case "oneOf":
        return fitting(wanted, value) == 1;
      case "not":
        return !problems(wanted, value).isEmpty();
      case "const":
        return wanted.equals(value);
      case "enum":
        return stream(wanted).anyMatch(value::equals);
      case "type":
        return wanted.isTextual()
            ? is(wanted.asText(), value)
            : stream(wanted).anyMatch(type -> is(type.asText(), value));
      default:
        return value.isObject()
            ? objectHolds(keyword, wanted, schema, value, at, problems)
            : !value.isContainerNode() || keyword.matches("items|m..Items|uniqueItems")
                ? valueHolds(keyword, wanted, value, at, problems)
                : false;
    }
  }

  private boolean objectHolds(
      String keyword,
      JsonNode wanted,
      JsonNode schema,
      JsonNode value,
      String at,
      List<String> problems) {
    switch (keyword) {
      case "properties":
        value
            .properties()
            .forEach(
                field -> {
                  if (wanted.has(field.getKey())) {
                    check(
                        wanted.get(field.getKey()),
                        field.getValue(),
                        at + "." + field.getKey(),
                        problems);
                  }
                });
        return true;
      case "required":
        return stream(wanted).allMatch(name -> value.has(name.asText()));
      case "propertyNames":
        value.fieldNames().forEachRemaining(n -> check(wanted, text(n), at + "." + n, problems));
        return true;
      case "additionalProperties":
        value
            .properties()
            .forEach(
                field -> {
                  if (!schema.path("properties").has(field.getKey())
                      && (wanted.isBoolean()
                          ? !wanted.asBoolean()
                          : !problems(wanted, field.getValue()).isEmpty())) {
                    problems.add(at + "." + field.getKey() + " is not described");
                  }
                });
        return true;
      default:
        return false;
    }
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
      case "pattern" ->
          java.util.regex.Pattern.compile(wanted.asText()).matcher(value.asText()).find();
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

  private static JsonNode text(String text) {
    return com.fasterxml.jackson.databind.node.TextNode.valueOf(text);
  }

  private static java.util.stream.Stream<JsonNode> stream(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }
}
