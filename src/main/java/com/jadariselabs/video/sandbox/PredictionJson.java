package com.jadariselabs.video.sandbox;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A prediction as Replicate's API shows it. */
final class PredictionJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private PredictionJson() {}

  /**
   * The body.
   *
   * @param base what the URLs begin with, without a slash at the end
   */
  static Map<String, Object> of(Prediction prediction, String logs, String base) {
    String self = base + "/predictions/" + prediction.id();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", prediction.id());
    body.put("model", prediction.model());
    body.put("version", prediction.version());
    body.put("input", prediction.input() == null ? Map.of() : prediction.input());
    body.put("output", output(prediction, base));
    body.put("error", prediction.error());
    body.put("logs", prediction.dataRemoved() ? "" : logs);
    body.put("status", prediction.status().wireName());
    body.put("source", "api");
    body.put("data_removed", prediction.dataRemoved());
    body.put("created_at", time(prediction.createdAt()));
    body.put("started_at", time(prediction.startedAt()));
    body.put("completed_at", time(prediction.completedAt()));
    body.put("deadline", time(prediction.deadline()));
    body.put("metrics", metrics(prediction));
    body.put("urls", Map.of("web", self, "get", self, "cancel", self + "/cancel"));
    return body;
  }

  static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : TIME.format(instant);
  }

  private static @Nullable Object output(Prediction prediction, String base) {
    if (prediction.status() != Status.SUCCEEDED || prediction.dataRemoved()) {
      return null;
    }
    String uri = base + "/files/" + prediction.token() + "/output.mp4";
    // LTX's models answer with an array, the others with one URI.
    return prediction.model().startsWith("lightricks/") ? List.of(uri) : uri;
  }

  private static Map<String, Object> metrics(Prediction prediction) {
    Instant started = prediction.startedAt();
    Instant completed = prediction.completedAt();
    Map<String, Object> metrics = new LinkedHashMap<>();
    if (completed != null) {
      if (started != null) {
        metrics.put("predict_time", seconds(started, completed));
      }
      metrics.put("total_time", seconds(prediction.createdAt(), completed));
    }
    return metrics;
  }

  private static double seconds(Instant from, Instant to) {
    return (to.toEpochMilli() - from.toEpochMilli()) / 1000.0;
  }
}
