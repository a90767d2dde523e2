package com.jadariselabs.video.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JSON that instances send each other: {@code {"from":…,"user":…,"event":<the plain frame>}},
 * or {@code {"from":…,"lost":true}} from one whose events could not be sent for a while.
 */
final class RelayMessage {
  private final ObjectMapper json;
  private final byte[] ownBeginning;
  private final Map<String, GenerationEvent.Type> types =
      Stream.of(GenerationEvent.Type.values())
          .collect(
              Collectors.toUnmodifiableMap(GenerationEvent.Type::wireName, Function.identity()));

  RelayMessage(ObjectMapper json, String instanceId) {
    this.json = json;
    this.ownBeginning = bytes("{\"from\":" + quoted(instanceId) + ",");
  }

  byte[] of(EncodedEvent event) {
    byte[] middle = bytes("\"user\":" + quoted(event.event().userId()) + ",\"event\":");
    byte[] message =
        Arrays.copyOf(ownBeginning, ownBeginning.length + middle.length + event.size() + 1);
    System.arraycopy(middle, 0, message, ownBeginning.length, middle.length);
    event.frame().get(message, ownBeginning.length + middle.length, event.size());
    message[message.length - 1] = '}';
    return message;
  }

  byte[] lost() {
    byte[] end = bytes("\"lost\":true}");
    byte[] message = Arrays.copyOf(ownBeginning, ownBeginning.length + end.length);
    System.arraycopy(end, 0, message, ownBeginning.length, end.length);
    return message;
  }

  /** Whether this instance sent it: seen from the first bytes, without parsing. */
  boolean own(byte[] message) {
    return message.length >= ownBeginning.length
        && Arrays.equals(message, 0, ownBeginning.length, ownBeginning, 0, ownBeginning.length);
  }

  /**
   * The event of a message.
   *
   * @return empty for the message that events were lost
   * @throws IOException when it is neither
   */
  Optional<GenerationEvent> read(byte[] message) throws IOException {
    JsonNode root = json.readTree(message);
    if (root.path("lost").asBoolean()) {
      return Optional.empty();
    }
    JsonNode event = root.path("event");
    GenerationEvent.Type type = types.get(event.path("event").asText());
    if (type == null || !(event.path("data") instanceof ObjectNode data)) {
      throw new IOException("not an event");
    }
    return Optional.of(
        new GenerationEvent(
            data.path("generationId").asText(),
            root.path("user").asText(),
            event.path("seq").asLong(),
            event.path("ts").asLong(),
            type,
            data));
  }

  private String quoted(String text) {
    try {
      return json.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
