package com.jadariselabs.video.webhook;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The log of a user's webhooks, and their replay. Thread-safe. */
public final class Deliveries {
  /** The states that a delivery can be in. */
  public static final List<String> STATES = List.of("waiting", "delivered", "failed");

  private static final Pattern CURSOR = Pattern.compile("([0-9]{1,17})\\.(msg_[0-9a-f]{32})");

  private final DeliveryDao dao;
  private final Runnable wake;

  /**
   * The log in this database.
   *
   * @param wake called when there is something to deliver
   */
  public Deliveries(Jdbi jdbi, Runnable wake) {
    this.dao = jdbi.onDemand(DeliveryDao.class);
    this.wake = wake;
  }

  /**
   * A message and how it fares.
   *
   * @param id its {@code webhook-id}
   * @param nextTryAt null when it has ended
   */
  public record Delivery(
      String id,
      String generationId,
      String type,
      String url,
      String state,
      int tries,
      Instant occurredAt,
      @Nullable Instant nextTryAt,
      @Nullable Instant endedAt) {}

  /**
   * One try.
   *
   * @param status of the answer; null: there was none
   * @param error why there was none; null: there was one
   */
  public record Attempt(
      String deliveryId,
      int number,
      Instant at,
      @Nullable Integer status,
      @Nullable String error,
      int tookMillis) {}

  /** Some deliveries, newest first, with their tries by id; and where the next page begins. */
  public record Page(
      List<Delivery> deliveries,
      Map<String, List<Attempt>> attempts,
      @Nullable String nextCursor) {}

  /** What became of the wish for a replay. */
  public enum Replay {
    QUEUED,
    STILL_WAITING,
    NOT_FOUND
  }

  /**
   * A page of the log.
   *
   * @param generationId null for all
   * @param state null for all
   * @param cursor null for the newest
   * @param limit 1 to 100
   * @return empty where the cursor is none of ours
   */
  public Optional<Page> list(
      String userId,
      @Nullable String generationId,
      @Nullable String state,
      @Nullable String cursor,
      int limit) {
    long beforeMicros = 0;
    String beforeId = "";
    if (cursor != null) {
      Matcher place = CURSOR.matcher(cursor);
      if (!place.matches()) {
        return Optional.empty();
      }
      beforeMicros = Long.parseLong(place.group(1));
      beforeId = place.group(2);
    }
    List<Delivery> rows =
        cursor == null
            ? dao.newest(userId, generationId, state, limit + 1)
            : dao.before(userId, generationId, state, beforeMicros, beforeId, limit + 1);
    boolean more = rows.size() > limit;
    List<Delivery> shown = more ? rows.subList(0, limit) : rows;
    Map<String, List<Attempt>> attempts =
        dao.attempts(shown.stream().map(Delivery::id).toArray(String[]::new)).stream()
            .collect(Collectors.groupingBy(Attempt::deliveryId));
    return Optional.of(new Page(shown, attempts, more ? cursorAfter(shown.get(limit - 1)) : null));
  }

  /** Tries an ended message for another day, with the same id and body. */
  public Replay replay(String userId, String id) {
    if (dao.replay(userId, id) == 1) {
      wake.run();
      return Replay.QUEUED;
    }
    return dao.owned(userId, id) ? Replay.STILL_WAITING : Replay.NOT_FOUND;
  }

  private static String cursorAfter(Delivery last) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, last.occurredAt()) + "." + last.id();
  }
}
