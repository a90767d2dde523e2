package com.jadariselabs.video.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jadariselabs.video.generation.Charge.Charged;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gathered submission: one statement over arrays debits, enters, inserts and keys a whole
 * batch, each row with its own condition. The one-by-one way in {@link SubmissionDao} means the
 * same.
 *
 * <p>The connection keeps the plan that it made when the tables were empty and every index looked
 * alike. So the user's own jobs are asked for in the order that one index alone has, and a key is
 * looked up by a subquery that can't become a scan of all keys.
 */
final class SubmissionSql {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SubmissionSql() {}

  /** A column of the batch: its SQL type, and where its value comes from. */
  private record Column(String name, String type, Function<NewRow, @Nullable Object> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("id", "text", NewRow::id),
          new Column("job_id", "text", NewRow::jobId),
          new Column("user_id", "text", NewRow::userId),
          new Column("plan", "text", r -> r.draft().plan().wireName()),
          new Column("priority", "int2", r -> (short) Ranks.rank(r.priority())),
          new Column("prompt", "text", r -> r.draft().prompt()),
          new Column("negative_prompt", "text", r -> r.draft().negativePrompt()),
          new Column("model", "text", r -> r.draft().model()),
          new Column("duration", "int2", r -> (short) r.draft().durationSeconds()),
          new Column("quality", "text", r -> r.draft().quality().wireName()),
          new Column("style", "text", r -> r.draft().style()),
          new Column("aspect_ratio", "text", r -> r.draft().aspectRatio()),
          new Column("seed", "int4", r -> r.draft().seed()),
          new Column("image_url", "text", r -> r.draft().imageUrl()),
          new Column("enhance", "bool", r -> r.draft().enhance()),
          new Column("webhook_url", "text", r -> r.draft().webhookUrl()),
          new Column("provider_model", "text", r -> r.draft().providerModel()),
          new Column("provider_duration", "int4", r -> r.draft().providerDuration()),
          new Column("warnings", "text", r -> json(r.draft().warnings())),
          new Column("estimated_seconds", "int4", r -> r.draft().estimatedSeconds()),
          new Column("estimated_wait", "int4", NewRow::waitSeconds),
          new Column("queue_position", "int4", NewRow::position),
          new Column("announced_position", "int4", NewRow::position),
          new Column("credits_charged", "int4", r -> r.draft().credits()),
          new Column("trace_id", "text", r -> r.draft().traceId()),
          new Column("api_key_id", "text", NewRow::apiKeyId));

  private static final List<Column> KEY_COLUMNS =
      List.of(
          new Column("idem_key", "text", r -> r.draft().idempotencyKey()),
          new Column("body_hash", "text", r -> r.draft().bodyHash()));

  private static final String STATEMENT =
      """
      WITH r AS (SELECT * FROM unnest(%s) AS r(%s)),
      d AS (
        UPDATE accounts a SET balance = a.balance - r.credits_charged FROM r
         WHERE a.user_id = r.user_id AND a.balance >= r.credits_charged AND a.status = 'active'
           AND (SELECT count(*) FROM idempotency_keys k
                 WHERE k.user_id = r.user_id AND k.key = r.idem_key) = 0
        RETURNING a.user_id, a.balance),
      p AS MATERIALIZED (
        SELECT r.id, share.delivered,
               CASE WHEN share.delivered THEN 0 ELSE (
                 SELECT count(*)::int FROM (
                   SELECT FROM generations q
                    WHERE q.user_id = r.user_id AND q.status = 'queued' AND NOT q.delivered
                    ORDER BY q.queued_at, q.id OFFSET 0) others)
               END AS behind
          FROM r JOIN d USING (user_id) CROSS JOIN LATERAL (
               SELECT (SELECT count(*) FROM (
                        SELECT FROM generations q
                         WHERE q.user_id = r.user_id AND q.status = 'queued' AND q.delivered
                         ORDER BY q.queued_at, q.id LIMIT ?) standing) < ? AS delivered OFFSET 0) share),
      g AS (
        INSERT INTO generations (%s, delivered)
        SELECT %s, p.delivered FROM r JOIN d USING (user_id) JOIN p USING (id)
        RETURNING user_id, delivered, queue_position, estimated_wait),
      l AS (
        INSERT INTO ledger (user_id, amount, kind, generation_id, run, balance_after)
        SELECT user_id, -r.credits_charged, 'charge', r.id, 1, d.balance FROM r JOIN d USING (user_id)),
      k AS (
        INSERT INTO idempotency_keys (user_id, key, body_hash, generation_id, remaining_credits)
        SELECT user_id, r.idem_key, r.body_hash, r.id, d.balance FROM r JOIN d USING (user_id)
         WHERE r.idem_key IS NOT NULL)
      SELECT user_id, balance, delivered, queue_position, estimated_wait
        FROM d JOIN g USING (user_id)"""
          .formatted(
              arrays(), names(COLUMNS) + ", " + names(KEY_COLUMNS), names(COLUMNS), selected());

  /**
   * Runs one batch, of at most one row a user.
   *
   * @param perUser a user's jobs in the delivery queues at once
   * @return what each user who was charged got; who is missing was not
   */
  static Map<String, Charged> charge(Connection connection, List<NewRow> rows, int perUser)
      throws SQLException {
    Map<String, Charged> charged = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(STATEMENT)) {
      int index = 1;
      for (Column column : COLUMNS) {
        statement.setArray(index++, array(connection, column, rows));
      }
      for (Column column : KEY_COLUMNS) {
        statement.setArray(index++, array(connection, column, rows));
      }
      statement.setInt(index++, perUser);
      statement.setInt(index, perUser);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          charged.put(
              result.getString(1),
              new Charged(
                  result.getLong(2), result.getBoolean(3), result.getInt(4), result.getInt(5)));
        }
      }
    }
    return charged;
  }

  static String json(List<String> sentences) {
    try {
      return JSON.writeValueAsString(sentences);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<String> sentences(String json) {
    try {
      return List.of(JSON.readValue(json, String[].class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Array array(Connection connection, Column column, List<NewRow> rows)
      throws SQLException {
    @Nullable Object[] values = new @Nullable Object[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.value().apply(rows.get(i));
    }
    return connection.createArrayOf(column.type(), values);
  }

  private static String arrays() {
    StringBuilder arrays = new StringBuilder();
    for (List<Column> columns : List.of(COLUMNS, KEY_COLUMNS)) {
      for (Column column : columns) {
        arrays.append(arrays.length() == 0 ? "" : ", ").append("?::").append(column.type());
        arrays.append("[]");
      }
    }
    return arrays.toString();
  }

  private static String names(List<Column> columns) {
    return String.join(", ", columns.stream().map(Column::name).toList());
  }

  private static String selected() {
    return String.join(
        ", ", COLUMNS.stream().map(Column::name).map(SubmissionSql::selected).toList());
  }

  /** Whoever waits behind the user's own jobs has those before it, too. */
  private static String selected(String column) {
    return switch (column) {
      case "id", "user_id" -> column;
      case "queue_position", "announced_position" -> "r.queue_position + p.behind";
      case "estimated_wait" ->
          "r.estimated_wait + ceil(p.behind * r.estimated_wait::float8"
              + " / greatest(1, r.queue_position - 1))::int";
      default -> "r." + column;
    };
  }
}
