package com.jadariselabs.video.replicate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A prediction as the provider tells it.
 *
 * @param output where the results are; empty until there are any
 * @param error the provider's own words, never for a user's eyes; see {@link PredictionError}
 * @param logs may be long; removed after an hour with input and output
 * @param input what it was asked, by which an orphan can be recognised
 * @param webhook where its events go, by which an orphan can be recognised
 * @param predictSeconds rendering time that is billed
 */
public record Prediction(
    String id,
    Status status,
    List<URI> output,
    @Nullable String error,
    String logs,
    Map<String, Object> input,
    @Nullable String model,
    @Nullable String webhook,
    OptionalDouble predictSeconds,
    @Nullable Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt) {

  /** Where a prediction stands. */
  public enum Status {
    STARTING,
    PROCESSING,
    SUCCEEDED,
    FAILED,
    CANCELED,
    /** Its deadline came before its start; not billed. */
    ABORTED;

    /** Whether nothing more will happen. */
    public boolean terminal() {
      return this != STARTING && this != PROCESSING;
    }

    private static Status of(String word) {
      return switch (word) {
        case "starting" -> STARTING;
        case "succeeded" -> SUCCEEDED;
        case "failed" -> FAILED;
        case "canceled", "cancelled" -> CANCELED;
        case "aborted" -> ABORTED;
        // A word that is new to us: not known to be over, so it is asked again.
        default -> PROCESSING;
      };
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> INPUT = new TypeReference<>() {};

  /**
   * Reads one, such as a webhook's body.
   *
   * @throws IllegalArgumentException if this is no prediction; its message quotes nothing of it
   */
  public static Prediction read(byte[] json) {
    try {
      return of(JSON.readTree(json));
    } catch (IOException e) {
      throw new IllegalArgumentException("The prediction is not JSON.");
    }
  }

  static Prediction of(@Nullable JsonNode node) {
    if (node == null || !node.path("id").isTextual() || !node.path("status").isTextual()) {
      throw new IllegalArgumentException("A prediction has an id and a status.");
    }
    JsonNode seconds = node.path("metrics").path("predict_time");
    return new Prediction(
        node.path("id").asText(),
        Status.of(node.path("status").asText()),
        uris(node.path("output")),
        error(node.path("error")),
        node.path("logs").asText(""),
        node.path("input").isObject() ? JSON.convertValue(node.path("input"), INPUT) : Map.of(),
        text(node.path("model")),
        text(node.path("webhook")),
        seconds.isNumber() ? OptionalDouble.of(seconds.asDouble()) : OptionalDouble.empty(),
        time(node.path("created_at")),
        time(node.path("started_at")),
        time(node.path("completed_at")));
  }

  /** How far the logs say that it is, from 0 to 100; empty where they do not. */
  public OptionalInt progress() {
    return Progress.of(logs);
  }

  /** Names nothing that a user wrote and no address. */
  @Override
  public String toString() {
    return "Prediction[" + id + ", " + status + "]";
  }

  /** One address, an array of them, or an object whose values are addresses. */
  private static List<URI> uris(JsonNode output) {
    List<URI> uris = new ArrayList<>();
    if (output.isTextual()) {
      addUri(uris, output.asText());
    } else {
      output.forEach(each -> addUri(uris, each.asText("")));
    }
    return List.copyOf(uris);
  }

  private static void addUri(List<URI> uris, String text) {
    if (text.startsWith("http://") || text.startsWith("https://")) {
      try {
        uris.add(URI.create(text));
      } catch (IllegalArgumentException e) {
        // No address at all: as if it were not there.
      }
    }
  }

  private static @Nullable String error(JsonNode error) {
    if (error.isMissingNode() || error.isNull()) {
      return null;
    }
    try {
      return error.isTextual() ? error.asText() : JSON.writeValueAsString(error);
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }

  private static @Nullable Instant time(JsonNode node) {
    try {
      return node.isTextual() ? OffsetDateTime.parse(node.asText()).toInstant() : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
