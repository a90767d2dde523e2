package com.jadariselabs.video.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The routes under {@code /api} as {@code openapi.json} describes them: what a request is counted
 * under, whoever answers it and however. Immutable.
 */
final class Routes {
  private static final String ROOT = "/api/";

  private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");
  private static final Pattern STATUS = Pattern.compile("[0-9]{3}");

  /** Of a method that the route does not have, so that it counts under none of the route's. */
  private static final String OTHER_METHOD = "405";

  private final Map<String, String> literal = new TreeMap<>();
  private final List<Template> templates = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();

  private Routes(JsonNode paths) {
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      if (path.getKey().startsWith(ROOT)) {
        add(path.getKey());
        path.getValue()
            .properties()
            .forEach(each -> answers(path.getKey(), each.getKey(), each.getValue()));
      }
    }
  }

  /**
   * One way in which a route answers.
   *
   * @param endpoint such as {@code /api/sessions/{id}}
   * @param status such as 200
   */
  record Answer(String endpoint, String method, String status) {}

  private record Template(Pattern pattern, String endpoint) {}

  /** Those of the description that is served. */
  static Routes described() {
    try {
      return new Routes(
          new ObjectMapper()
              .readTree(Resources.toByteArray(Resources.getResource("openapi.json")))
              .path("paths"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The route that this path leads to, with or without a slash behind it. */
  Optional<String> of(String path) {
    String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    String same = literal.get(bare);
    return same != null
        ? Optional.of(same)
        : templates.stream()
            .filter(template -> template.pattern().matcher(bare).matches())
            .map(Template::endpoint)
            .findFirst();
  }

  /** Every answer that is described. */
  List<Answer> answers() {
    return List.copyOf(answers);
  }

  private void add(String endpoint) {
    if (!endpoint.contains("{")) {
      literal.put(endpoint, endpoint);
      return;
    }
    String pattern =
        Stream.of(PARAMETER.split(endpoint, -1))
            .map(Pattern::quote)
            .collect(Collectors.joining("[^/]+"));
    templates.add(new Template(Pattern.compile(pattern), endpoint));
  }

  private void answers(String endpoint, String operation, JsonNode described) {
    for (Map.Entry<String, JsonNode> response : described.path("responses").properties()) {
      String status = response.getKey();
      if (STATUS.matcher(status).matches() && !status.equals(OTHER_METHOD)) {
        answers.add(new Answer(endpoint, operation.toUpperCase(Locale.ROOT), status));
      }
    }
  }
}
