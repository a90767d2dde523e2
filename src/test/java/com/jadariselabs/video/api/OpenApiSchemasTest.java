package com.jadariselabs.video.api;

import static com.jadariselabs.video.api.Described.DOCUMENT;
import static com.jadariselabs.video.api.Described.JSON;
import static com.jadariselabs.video.api.Described.SCHEMA;
import static com.jadariselabs.video.api.Described.names;
import static com.jadariselabs.video.api.Described.operations;
import static com.jadariselabs.video.api.Described.resources;
import static com.jadariselabs.video.api.Described.texts;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.jadariselabs.video.generation.GenerationView;
import com.jadariselabs.video.queue.WorkerStats;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies are described as they are read and written, with examples that are possible. */
class OpenApiSchemasTest {
  /** What the service writes. */
  private static final Map<String, Class<?>> ANSWERS =
      Map.ofEntries(
          Map.entry("SubmissionAnswer", SubmissionAnswer.class),
          Map.entry("EstimateAnswer", EstimateResource.Answer.class),
          Map.entry("Generation", GenerationView.class),
          Map.entry("QueueStatus", GenerationView.QueueStatus.class),
          Map.entry("GenerationError", GenerationView.Failure.class),
          Map.entry("GenerationAnswer", GenerationAnswer.class),
          Map.entry("GenerationList", GenerationList.class),
          Map.entry("CancelAnswer", CancelAnswer.class),
          Map.entry("Catalogue", CatalogResource.Answer.class),
          Map.entry("Model", CatalogResource.Entry.class),
          Map.entry("Me", AccountResource.Me.class),
          Map.entry("Window", AccountResource.Window.class),
          Map.entry("Ledger", AccountResource.Ledger.class),
          Map.entry("LedgerEntry", AccountResource.Entry.class),
          Map.entry("QueueStats", QueueResource.Answer.class),
          Map.entry("QueueLine", QueueResource.Line.class),
          Map.entry("Workers", WorkerStats.class),
          Map.entry("Sessions", SessionsResource.Listing.class),
          Map.entry("Session", SessionsResource.Item.class),
          Map.entry("SessionsRevoked", SessionsResource.Revoked.class),
          Map.entry("Token", TokenResource.Minted.class),
          Map.entry("SocketTicket", TicketResource.Issued.class),
          Map.entry("StudioConfig", StudioConfig.class),
          Map.entry("CreditsAdjusted", AdminUsersResource.Adjusted.class),
          Map.entry("AccountStatusSet", AdminUsersResource.Stands.class),
          Map.entry("AccountErasing", AdminUsersResource.Erasing.class),
          Map.entry("Account", AdminUsersResource.User.class),
          Map.entry("VerdictList", AdminVerdictsResource.Verdicts.class),
          Map.entry("Verdict", AdminVerdictsResource.Entry.class),
          Map.entry("AdminGeneration", AdminGenerationsResource.Owned.class),
          Map.entry("AdminGenerationList", AdminGenerationsResource.Listing.class),
          Map.entry("RetryAnswer", AdminGenerationsResource.Again.class),
          Map.entry("AttemptHistory", AdminGenerationsResource.History.class),
          Map.entry("Attempt", AdminGenerationsResource.Try.class),
          Map.entry("QueueState", AdminQueueResource.State.class),
          Map.entry("AuditLog", AdminAuditResource.Log.class),
          Map.entry("AuditEntry", AdminAuditResource.Entry.class),
          Map.entry("WebhookSecret", WebhookSecretResource.Answer.class),
          Map.entry("Usage", UsageResource.Answer.class),
          Map.entry("UsageLine", UsageResource.Line.class),
          Map.entry("UsageTotal", UsageResource.Total.class),
          Map.entry("WebhookDeliveries", WebhookDeliveriesResource.Log.class),
          Map.entry("WebhookDelivery", WebhookDeliveriesResource.Entry.class),
          Map.entry("WebhookAttempt", WebhookDeliveriesResource.Try.class),
          Map.entry("WebhookReplayed", WebhookDeliveriesResource.Replayed.class),
          Map.entry("ApiKeys", KeysResource.Listing.class),
          Map.entry("ApiKey", KeysResource.Item.class),
          Map.entry("ApiKeyLimits", KeysResource.Limits.class),
          Map.entry("ApiKeyMade", KeysResource.Made.class),
          Map.entry("ApiKeyRevoked", KeysResource.Ended.class),
          Map.entry("Setback", GenerationAnswer.Setback.class),
          Map.entry("Overview", AdminOverviewResource.Answer.class),
          Map.entry("OverviewQueue", AdminOverviewResource.Line.class),
          Map.entry("OverviewHolder", AdminOverviewResource.Holder.class),
          Map.entry("OverviewMinute", AdminOverviewResource.Minute.class),
          Map.entry("OverviewSpread", AdminOverviewResource.Spread.class),
          Map.entry("OverviewInstance", LiveFigures.class),
          Map.entry("OverviewProvider", LiveFigures.Provider.class),
          Map.entry("OverviewBudget", LiveFigures.Budget.class),
          Map.entry("OverviewCheck", LiveFigures.Health.class),
          Map.entry("FieldError", Problem.FieldError.class));

  /** What the service reads. */
  private static final Map<String, Class<?>> BODIES =
      Map.of(
          "GenerateRequest", GenerateRequest.class,
          "SignIn", TokenResource.SignIn.class,
          "CreditAdjustment", AdminUsersResource.Adjustment.class,
          "AccountStatus", AdminUsersResource.Standing.class,
          "ApiKeyWanted", KeysResource.Wanted.class);

  static Stream<Map.Entry<String, Class<?>>> answers() {
    return ANSWERS.entrySet().stream();
  }

  @ParameterizedTest
  @MethodSource("answers")
  void an_answer_has_the_described_members(Map.Entry<String, Class<?>> answer) {
    JsonNode schema = DOCUMENT.at("/components/schemas/" + answer.getKey());
    Map<String, JsonNode> properties = properties(schema);
    Map<String, RecordComponent> members = members(answer.getValue());
    assertThat(properties.keySet()).isEqualTo(members.keySet());
    JsonInclude include = answer.getValue().getAnnotation(JsonInclude.class);
    Set<String> always = new TreeSet<>();
    members.forEach(
        (name, member) -> {
          boolean nullable = member.getAnnotatedType().isAnnotationPresent(Nullable.class);
          boolean leftOut =
              include != null || member.getAccessor().isAnnotationPresent(JsonInclude.class);
          boolean absent = leftOut && nullable;
          JsonNode property = properties.getOrDefault(name, MissingNode.getInstance());
          assertThat(takes(property, "null")).as(name).isEqualTo(nullable && !absent);
          assertThat(takes(property, type(member))).as(name).isTrue();
          if (!absent) {
            always.add(name);
          }
        });
    assertThat(required(schema)).isEqualTo(always);
  }

  @Test
  void each_record_of_a_resource_is_described() {
    Set<Class<?>> described =
        Stream.concat(ANSWERS.values().stream(), BODIES.values().stream()).collect(toSet());
    assertThat(described)
        .containsAll(
            resources()
                .flatMap(c -> Arrays.stream(c.getDeclaredClasses()))
                .filter(Class::isRecord)
                .toList());
  }

  @Test
  void a_request_has_the_described_members_and_its_example_can_be_read() throws Exception {
    for (Map.Entry<String, Class<?>> body : BODIES.entrySet()) {
      JsonNode schema = DOCUMENT.at("/components/schemas/" + body.getKey());
      assertThat(properties(schema).keySet()).isEqualTo(members(body.getValue()).keySet());
      assertThat(schema.get("additionalProperties").asBoolean(true)).isFalse();
    }
    for (JsonNode operation : operations().values()) {
      JsonNode content = operation.at("/requestBody/content/application~1json");
      String schema = content.at("/schema/$ref").asText();
      Class<?> type = BODIES.get(schema.substring(schema.lastIndexOf('/') + 1));
      if (type != null) {
        assertThat(JSON.treeToValue(content.get("example"), type)).isNotNull();
      }
    }
  }

  @Test
  void each_example_fits_its_schema_and_each_reference_leads_somewhere() {
    List<String> problems = new ArrayList<>();
    Set<String> references = new TreeSet<>();
    walk(
        DOCUMENT,
        "",
        (path, node) -> {
          if (node.path("$ref").isTextual()) {
            references.add(node.get("$ref").asText());
            if (SCHEMA.resolve(node).isMissingNode()) {
              problems.add(path + " leads nowhere");
            }
          }
          if (node.path("examples").isArray()) {
            node.get("examples").forEach(e -> fits(path, node, e, problems));
          }
          if (node.has("schema") && node.has("example")) {
            fits(path, node.get("schema"), node.get("example"), problems);
          }
          if (node.has("schema") && node.path("examples").isObject()) {
            node.get("examples")
                .forEach(e -> fits(path, node.get("schema"), e.get("value"), problems));
          }
        });
    assertThat(problems).isEmpty();
    DOCUMENT
        .get("components")
        .properties()
        .forEach(
            kind -> {
              if (!kind.getKey().equals("securitySchemes")) {
                names(kind.getValue())
                    .forEach(
                        name ->
                            assertThat(references)
                                .contains("#/components/" + kind.getKey() + "/" + name));
              }
            });
  }

  /** By their names on the wire. */
  private static Map<String, RecordComponent> members(Class<?> type) {
    Map<String, RecordComponent> members = new TreeMap<>();
    var bean = JSON.getSerializationConfig().introspect(JSON.constructType(type));
    for (BeanPropertyDefinition property : bean.findProperties()) {
      RecordComponent member =
          Arrays.stream(type.getRecordComponents())
              .filter(component -> component.getName().equals(property.getInternalName()))
              .findAny()
              .orElseThrow();
      if (property.getAccessor().hasAnnotation(JsonUnwrapped.class)) {
        members.putAll(members(member.getType()));
      } else {
        members.put(property.getName(), member);
      }
    }
    return members;
  }

  private static Map<String, JsonNode> properties(JsonNode schema) {
    Map<String, JsonNode> properties = new TreeMap<>();
    schema.path("allOf").forEach(part -> properties.putAll(properties(SCHEMA.resolve(part))));
    schema.path("properties").properties().forEach(p -> properties.put(p.getKey(), p.getValue()));
    return properties;
  }

  private static Set<String> required(JsonNode schema) {
    Set<String> required = new TreeSet<>(texts(schema.path("required")));
    schema.path("allOf").forEach(part -> required.addAll(required(SCHEMA.resolve(part))));
    return required;
  }

  private static boolean takes(JsonNode schema, String type) {
    JsonNode found = SCHEMA.resolve(schema);
    JsonNode types = found.path("type");
    return types.asText().equals(type)
        || texts(types).contains(type)
        || (type.equals("integer") && types.asText().equals("number"))
        || StreamSupport.stream(found.path("anyOf").spliterator(), false)
            .anyMatch(choice -> takes(choice, type));
  }

  private static String type(RecordComponent member) {
    Class<?> type = member.getType();
    if (member.getAccessor().isAnnotationPresent(JsonRawValue.class)) {
      return "object";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "boolean";
    }
    if (type == String.class) {
      return "string";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "array";
    }
    return type.isPrimitive() || Number.class.isAssignableFrom(type) ? "integer" : "object";
  }

  private static void fits(String path, JsonNode schema, JsonNode example, List<String> problems) {
    SCHEMA.problems(schema, example).forEach(problem -> problems.add(path + ": " + problem));
  }

  private static void walk(JsonNode node, String path, BiConsumer<String, JsonNode> visitor) {
    visitor.accept(path, node);
    node.properties()
        .forEach(
            field -> {
              if (!field.getKey().matches("examples?")) {
                walk(field.getValue(), path + "/" + field.getKey(), visitor);
              }
            });
    if (node.isArray()) {
      node.forEach(item -> walk(item, path, visitor));
    }
  }
}
