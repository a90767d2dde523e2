package com.jadariselabs.video.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.jadariselabs.video.sandbox.Refusal.InvalidField;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The body and headers of a create, read and checked. */
sealed interface Order {
  Duration DEFAULT_DEADLINE = Duration.ofMinutes(30);
  Duration LEAST_DEADLINE = Duration.ofSeconds(5);

  /** To be run. */
  record Placed(
      String model,
      String version,
      JsonNode input,
      @Nullable String webhook,
      List<String> events,
      Duration cancelAfter)
      implements Order {}

  /** Not to be run, and why. */
  record Refused(Refusal refusal) implements Order {}

  /**
   * Reads an order.
   *
   * @param model from the path; null for a create by version
   * @param cancelAfter the header {@code Cancel-After}: whole seconds, or {@code 1h30m} and the
   *     like
   */
  static Order read(JsonNode body, @Nullable String model, @Nullable String cancelAfter) {
    List<InvalidField> wrong = new Reading(body, model == null).wrong();
    Duration deadline = cancelAfter == null ? DEFAULT_DEADLINE : duration(cancelAfter.strip());
    if (deadline.compareTo(LEAST_DEADLINE) < 0) {
      wrong.add(
          new InvalidField("invalid", "Cancel-After", "must be a duration of at least 5 seconds"));
    }
    if (!wrong.isEmpty()) {
      return new Refused(Refusal.invalid(wrong));
    }
    String version = body.path("version").asText("hidden");
    String name = version.contains("/") ? version.split(":", 2)[0] : "sandbox/clip";
    List<String> events = new ArrayList<>();
    body.path("webhook_events_filter").forEach(event -> events.add(event.asText()));
    return new Placed(
        model == null ? name : model,
        version,
        body.get("input"),
        body.hasNonNull("webhook") ? body.get("webhook").asText() : null,
        events.isEmpty() ? List.copyOf(Reading.EVENTS) : List.copyOf(events),
        deadline);
  }

  /** Zero for what is no duration. */
  private static Duration duration(String text) {
    Matcher seconds = Pattern.compile("[0-9]{1,6}").matcher(text);
    if (seconds.matches()) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    Matcher parts =
        Pattern.compile("(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,6})s)?").matcher(text);
    if (!parts.matches()) {
      return Duration.ZERO;
    }
    return Duration.ofHours(number(parts.group(1)))
        .plusMinutes(number(parts.group(2)))
        .plusSeconds(number(parts.group(3)));
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** Collects what is wrong with a body. */
  final class Reading {
    static final Set<String> EVENTS = Set.of("start", "output", "logs", "completed");
    private static final Set<String> KEYS =
        Set.of("input", "webhook", "webhook_events_filter", "stream");
    private static final double LONGEST_SECONDS = 60;
    private static final double SHORTEST_SECONDS = 0.1;

    private final JsonNode body;
    private final boolean byVersion;
    private final List<InvalidField> wrong = new ArrayList<>();

    Reading(JsonNode body, boolean byVersion) {
      this.body = body;
      this.byVersion = byVersion;
    }

    List<InvalidField> wrong() {
      for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!KEYS.contains(name) && !(byVersion && name.equals("version"))) {
          add("additional_property", name, "Additional property " + name + " is not allowed");
        }
      }
      if (byVersion
          && (!body.path("version").isTextual() || body.get("version").asText().isBlank())) {
        add("required", "version", "version is required");
      }
      if (body.hasNonNull("webhook") && !body.get("webhook").asText().matches("https?://\\S+")) {
        add("invalid", "webhook", "Must be a valid URL");
      }
      for (JsonNode event : body.path("webhook_events_filter")) {
        if (!EVENTS.contains(event.asText())) {
          add("invalid", "webhook_events_filter", "Must be of start, output, logs, completed");
        }
      }
      if (body.path("input").isObject()) {
        input(body.get("input"));
      } else {
        add("required", "input", "input is required");
      }
      return wrong;
    }

    private void input(JsonNode input) {
      if (!input.hasNonNull("prompt")) {
        add("required", "input.prompt", "prompt is required");
      } else if (!input.get("prompt").isTextual()) {
        add("invalid_type", "input.prompt", "Invalid type. Expected: string");
      }
      for (String name : List.of("duration", "num_frames", "frames_per_second", "length")) {
        if (input.hasNonNull(name) && !input.get(name).isNumber()) {
          add("invalid_type", "input." + name, "Invalid type. Expected: number");
          return;
        }
      }
      if (input.hasNonNull("seed") && !input.get("seed").isIntegralNumber()) {
        add("invalid_type", "input.seed", "Invalid type. Expected: integer");
      }
      double seconds = Clip.seconds(input);
      if (!(seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS)) {
        add("number_lte", "input.duration", "Must be between 0.1 and 60 seconds");
      }
    }

    private void add(String type, String field, String description) {
      wrong.add(new InvalidField(type, field, description));
    }
  }
}
