package com.jadariselabs.video.events;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to one generation, as clients hear of it.
 *
 * @param generationId whose event it is
 * @param userId the owner, who alone may hear it
 * @param seq grows by one with each event of the generation; assigned by PostgreSQL
 * @param ts epoch milliseconds
 * @param type which event
 * @param data the event's data, always with {@code generationId}; not to be changed
 */
public record GenerationEvent(
    String generationId, String userId, long seq, long ts, Type type, ObjectNode data) {

  /** The events of the wire contract, §3. */
  public enum Type {
    QUEUED("job:queued"),
    STARTED("job:started"),
    PROGRESS("job:progress"),
    COMPLETED("job:completed"),
    FAILED("job:failed"),
    CANCELLED("job:cancelled");

    private final String wireName;

    Type(String wireName) {
      this.wireName = wireName;
    }

    /** The event's name on the wire. */
    public String wireName() {
      return wireName;
    }
  }

  /** Whose event, where in the generation's order, and when. */
  public record Head(String generationId, String userId, long seq, long ts) {}

  /** Waiting at this place of the line, from 1. */
  public static GenerationEvent queued(Head head, int position) {
    return of(head, Type.QUEUED, data(head).put("position", position));
  }

  /** Taken up by this worker. */
  public static GenerationEvent started(Head head, String workerId) {
    return of(head, Type.STARTED, data(head).put("workerId", workerId));
  }

  /** Moved on: 0 to 100 percent. */
  public static GenerationEvent progress(Head head, int percent, String stage, String message) {
    return of(
        head,
        Type.PROGRESS,
        data(head).put("percent", percent).put("stage", stage).put("message", message));
  }

  /** Ended well. */
  public static GenerationEvent completed(
      Head head, @Nullable String videoUrl, @Nullable String posterUrl) {
    return of(
        head, Type.COMPLETED, data(head).put("videoUrl", videoUrl).put("posterUrl", posterUrl));
  }

  /** Failed; another attempt follows in so many milliseconds, or none when null. */
  public static GenerationEvent failed(
      Head head, String code, String message, @Nullable Long retryInMillis) {
    ObjectNode data = data(head);
    data.putObject("error").put("code", code).put("message", message);
    if (retryInMillis != null) {
      data.put("retryIn", retryInMillis);
    }
    return of(head, Type.FAILED, data);
  }

  /** Cancelled by its owner or an admin. */
  public static GenerationEvent cancelled(Head head) {
    return of(head, Type.CANCELLED, data(head));
  }

  /** Whether it is the last event of its run. */
  public boolean terminal() {
    return switch (type) {
      case COMPLETED, CANCELLED -> true;
      case FAILED -> !data.has("retryIn");
      case QUEUED, STARTED, PROGRESS -> false;
    };
  }

  private static ObjectNode data(Head head) {
    return JsonNodeFactory.instance.objectNode().put("generationId", head.generationId());
  }

  private static GenerationEvent of(Head head, Type type, ObjectNode data) {
    return new GenerationEvent(
        head.generationId(), head.userId(), head.seq(), head.ts(), type, data);
  }
}
