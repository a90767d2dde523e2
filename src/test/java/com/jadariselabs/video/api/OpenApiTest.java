package com.jadariselabs.video.api;

import static com.jadariselabs.video.api.Described.DOCUMENT;
import static com.jadariselabs.video.api.Described.JSON;
import static com.jadariselabs.video.api.Described.SCHEMA;
import static com.jadariselabs.video.api.Described.names;
import static com.jadariselabs.video.api.Described.operations;
import static com.jadariselabs.video.api.Described.routes;
import static com.jadariselabs.video.api.Described.texts;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.testing.junit5.DropwizardClientExtension;
import io.dropwizard.testing.junit5.DropwizardExtensionsSupport;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is described is what is there, and the other way round. */
@ExtendWith(DropwizardExtensionsSupport.class)
class OpenApiTest {
  private static final DropwizardClientExtension APP =
      new DropwizardClientExtension(new OpenApiResource());

  /** Answered by servlets. */
  private static final Set<String> SERVLETS =
      Set.of(
          "GET /api/generate/video/events",
          "GET /api/metrics",
          "GET /api/socket",
          "POST /api/webhooks/replicate",
          "GET /media/{generation_id}/video.mp4",
          "GET /media/{generation_id}/poster.jpg");

  @Test
  void it_is_served_to_anybody_and_not_twice_to_whoever_has_it() throws Exception {
    HttpResponse<String> first = get("If-None-Match", "\"another\"");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(first.headers().firstValue("Cache-Control")).hasValue("public, max-age=300");
    assertThat(JSON.readTree(first.body())).isEqualTo(DOCUMENT);

    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> second = get("If-None-Match", "\"another\", W/" + tag);
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
    assertThat(second.headers().firstValue("ETag")).hasValue(tag);
  }

  @Test
  void each_route_is_described_and_each_described_route_is_there() {
    Set<String> described = new TreeSet<>(operations().keySet());
    Set<String> there = new TreeSet<>(routes().keySet());
    there.addAll(SERVLETS);
    assertThat(described).isEqualTo(there);
  }

  @Test
  void an_operation_has_the_parameters_and_asks_for_the_role_of_its_route() {
    routes().forEach((name, method) -> agrees(name, operations().get(name), method));
  }

  @Test
  void every_refusal_is_the_one_problem_with_the_codes_of_its_status() {
    Set<String> seen = new TreeSet<>();
    operations()
        .forEach(
            (name, operation) -> {
              assertThat(names(operation.get("responses"))).as(name).contains("405", "500");
              operation
                  .get("responses")
                  .properties()
                  .forEach(
                      answer -> {
                        JsonNode response = SCHEMA.resolve(answer.getValue());
                        assertThat(response.at("/headers/X-Trace-Id/$ref").asText())
                            .as(name + " " + answer.getKey())
                            .isEqualTo("#/components/headers/Trace");
                        if (answer.getKey().matches("[45]..") && !answer.getKey().equals("416")) {
                          seen.addAll(codes(name, Integer.parseInt(answer.getKey()), response));
                        }
                      });
            });
    Set<String> known =
        Arrays.stream(Problem.Code.values()).map(c -> c.wireName()).collect(toSet());
    assertThat(seen).containsExactlyInAnyOrderElementsOf(known);
    assertThat(texts(DOCUMENT.at("/components/schemas/Problem/properties/code/enum")))
        .containsExactlyInAnyOrderElementsOf(known);
  }

  private static void agrees(String name, @Nullable JsonNode operation, Method method) {
    if (operation == null) {
      throw new AssertionError(name + " is not described");
    }
    Set<String> described = new TreeSet<>();
    for (JsonNode reference : operation.get("parameters")) {
      JsonNode parameter = SCHEMA.resolve(reference);
      described.add(parameter.get("in").asText() + " " + parameter.get("name").asText());
    }
    assertThat(described).as(name).containsAll(parameters(method)).contains("header X-Trace-Id");
    assertThat(described.stream().filter(p -> !p.startsWith("header")).toList())
        .as(name)
        .containsExactlyInAnyOrderElementsOf(
            parameters(method).stream().filter(p -> !p.startsWith("header")).toList());

    RolesAllowed roles =
        Optional.ofNullable(method.getAnnotation(RolesAllowed.class))
            .orElse(method.getDeclaringClass().getAnnotation(RolesAllowed.class));
    assertThat(operation.has("security")).as(name + " is public").isEqualTo(roles == null);
    if (roles != null) {
      assertThat(operation.get("responses").has("401")).as(name).isTrue();
    }
    if (roles != null && Arrays.asList(roles.value()).contains("admin")) {
      assertThat(operation.get("responses").has("403")).as(name).isTrue();
    }
  }

  private static Set<String> parameters(Method method) {
    Set<String> names = new TreeSet<>();
    for (Parameter parameter : method.getParameters()) {
      Optional.ofNullable(parameter.getAnnotation(QueryParam.class))
          .ifPresent(p -> names.add("query " + p.value()));
      Optional.ofNullable(parameter.getAnnotation(PathParam.class))
          .ifPresent(p -> names.add("path " + p.value()));
      Optional.ofNullable(parameter.getAnnotation(HeaderParam.class))
          .ifPresent(p -> names.add("header " + p.value()));
    }
    return names;
  }

  private static List<String> codes(String name, int status, JsonNode response) {
    JsonNode content = response.at("/content/application~1problem+json");
    JsonNode parts = content.at("/schema/allOf");
    assertThat(parts.at("/0/$ref").asText()).as(name).isEqualTo("#/components/schemas/Problem");
    assertThat(parts.at("/1/properties/status/const").asInt()).as(name).isEqualTo(status);
    List<String> codes = texts(parts.at("/1/properties/code/enum"));
    for (String wire : codes) {
      Problem.Code code = Problem.Code.valueOf(wire.toUpperCase(Locale.ROOT));
      assertThat(code.status()).isEqualTo(status);
      JsonNode example =
          content.has("example")
              ? content.get("example")
              : content.at("/examples/" + wire + "/value");
      assertThat(example.get("code").asText()).isEqualTo(wire);
      assertThat(example.get("title").asText()).isEqualTo(code.title());
    }
    return codes;
  }

  private static HttpResponse<String> get(String... headers) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(APP.baseUri() + "/openapi.json"))
                .headers(headers)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
