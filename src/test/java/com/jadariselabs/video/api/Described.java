package com.jadariselabs.video.api;

import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.testing.JsonSchema;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The API as it is described, and as it is. */
final class Described {
  static final ObjectMapper JSON = StrictJson.mapper();
  static final JsonNode DOCUMENT = document();
  static final JsonSchema SCHEMA = new JsonSchema(DOCUMENT);

  private static final List<Class<?>> RESOURCES = found();

  private Described() {}

  /** What is described, by method and path. */
  static Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new TreeMap<>();
    DOCUMENT
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation ->
                            operations.put(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                operation.getValue())));
    return operations;
  }

  /** The resources that are there. */
  static Stream<Class<?>> resources() {
    return RESOURCES.stream();
  }

  private static List<Class<?>> found() {
    List<Class<?>> resources = new ArrayList<>();
    new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("com.jadariselabs.video.api")
            .stream()
            .filter(type -> type.isAnnotatedWith(Path.class))
            .map(JavaClass::reflect)
            .forEach(resources::add);
    return resources;
  }

  /** What they answer, by method and path. */
  static Map<String, Method> routes() {
    Map<String, Method> routes = new TreeMap<>();
    resources()
        .forEach(
            resource -> {
              for (Method method : resource.getDeclaredMethods()) {
                for (var annotation : method.getAnnotations()) {
                  HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
                  if (verb != null) {
                    routes.put(verb.value() + " " + path(resource, method), method);
                  }
                }
              }
            });
    return routes;
  }

  private static String path(Class<?> resource, Method method) {
    Path own = method.getAnnotation(Path.class);
    String path = "/api/" + resource.getAnnotation(Path.class).value();
    return (own == null ? path : path + "/" + own.value())
        .replaceAll("/+", "/")
        .replaceAll("/$", "");
  }

  static Set<String> names(JsonNode node) {
    Set<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::asText)
        .collect(toCollection(ArrayList::new));
  }

  private static JsonNode document() {
    try (var in = Described.class.getResourceAsStream("/openapi.json")) {
      return JSON.readTree(in);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
