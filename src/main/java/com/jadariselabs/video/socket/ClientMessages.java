package com.jadariselabs.video.socket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.jadariselabs.video.socket.ClientMessage.Cancel;
import com.jadariselabs.video.socket.ClientMessage.Ping;
import com.jadariselabs.video.socket.ClientMessage.Subscribe;
import com.jadariselabs.video.socket.ClientMessage.SubscribeAll;
import com.jadariselabs.video.socket.ClientMessage.Unsubscribe;
import com.jadariselabs.video.socket.ClientMessage.Wrong;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what clients say; whatever is wrong with it becomes a {@link Wrong}. Thread-safe. */
final class ClientMessages {
  static final String ALL = "*";

  private static final String MALFORMED = "malformed_request";
  private static final int DEEPEST = 16;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private final JsonMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxNumberLength(40)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A plain frame's text, {@code {"event","data"}}. */
  ClientMessage read(String text) {
    JsonNode root;
    try {
      root = json.readTree(text);
    } catch (JsonProcessingException e) {
      return malformed("not JSON");
    }
    if (root == null || !root.isObject()) {
      return malformed("not a JSON object");
    }
    JsonNode event = root.get("event");
    if (event == null || !event.isTextual()) {
      return malformed("event must be a string");
    }
    return read(event.textValue(), root.get("data"));
  }

  /** An event by name with its data, null where it came without. */
  ClientMessage read(String event, @Nullable JsonNode data) {
    return switch (event) {
      case "ping" -> new Ping();
      case "subscribe" -> subscribe(data);
      case "unsubscribe" -> {
        Wrong wrong = wrong(data, Set.of("generationId"));
        yield wrong != null ? wrong : new Unsubscribe(id(data));
      }
      case "cancel" -> {
        Wrong wrong = wrong(data, Set.of("generationId"));
        yield wrong != null ? wrong : cancel(id(data));
      }
      default -> malformed("unknown event");
    };
  }

  private static ClientMessage subscribe(@Nullable JsonNode data) {
    Wrong wrong = wrong(data, Set.of("generationId", "after"));
    if (wrong != null) {
      return wrong;
    }
    String id = id(data);
    JsonNode after = data == null ? null : data.get("after");
    if (after == null || after.isNull()) {
      return id.equals(ALL) ? new SubscribeAll() : new Subscribe(id, null);
    }
    if (!after.isIntegralNumber() || !after.canConvertToLong() || after.asLong() < 0) {
      return new Wrong(MALFORMED, "after must be a whole number, 0 or more", id);
    }
    return id.equals(ALL)
        ? new Wrong(MALFORMED, "after goes with one generation", ALL)
        : new Subscribe(id, after.asLong());
  }

  private static ClientMessage cancel(String id) {
    return id.equals(ALL) ? new Wrong(MALFORMED, "cancel one generation", ALL) : new Cancel(id);
  }

  private static @Nullable Wrong wrong(@Nullable JsonNode data, Set<String> known) {
    if (data == null || !data.isObject()) {
      return malformed("data must be an object");
    }
    JsonNode id = data.get("generationId");
    if (id == null || !id.isTextual()) {
      return malformed("generationId must be a string");
    }
    for (Iterator<String> names = data.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        return malformed("unknown field " + (ID.matcher(name).matches() ? name : ""));
      }
    }
    String text = id.textValue();
    if (!text.equals(ALL) && !ID.matcher(text).matches()) {
      return new Wrong("not_found", "no such generation", null);
    }
    return null;
  }

  /** Whether it can be a generation's id at all. */
  static boolean possible(String generationId) {
    return ID.matcher(generationId).matches();
  }

  private static String id(@Nullable JsonNode checked) {
    return checked == null ? "" : checked.path("generationId").asText();
  }

  private static Wrong malformed(String message) {
    return new Wrong(MALFORMED, message, null);
  }
}
