package com.jadariselabs.video.webhook;

import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * The statements on the outbox. What a try writes presumes that it is still the latest one: a try
 * that was given up for lost writes nothing any more.
 */
@RegisterConstructorMapper(Message.class)
interface OutboxDao {

  /** Takes what is due, each for one instance; it is due again if nothing is heard of this try. */
  @SqlQuery(
      """
      WITH due AS MATERIALIZED (
        SELECT id FROM webhook_deliveries
         WHERE state = 'waiting' AND due_at <= now()
         ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED)
      UPDATE webhook_deliveries w
         SET tries = tries + 1, due_at = now() + make_interval(secs => :leaseSeconds)
        FROM due WHERE w.id = due.id
      RETURNING w.id, generation_id, user_id, url, type, occurred_at, body, tries, replayed_after,
                since""")
  List<Message> claim(@Bind("limit") int limit, @Bind("leaseSeconds") double leaseSeconds);

  @SqlUpdate("UPDATE webhook_deliveries SET body = :body WHERE id = :id AND body IS NULL")
  int keep(@Bind("id") String id, @Bind("body") String body);

  @SqlUpdate(
      """
      UPDATE webhook_deliveries SET state = :state, ended_at = now(), last_answer = :answer
       WHERE id = :id AND tries = :tries AND state = 'waiting'""")
  int ended(
      @Bind("id") String id,
      @Bind("tries") int tries,
      @Bind("state") String state,
      @Bind("answer") String answer);

  @SqlUpdate(
      """
      UPDATE webhook_deliveries
         SET due_at = now() + make_interval(secs => :delaySeconds), last_answer = :answer
       WHERE id = :id AND tries = :tries AND state = 'waiting'""")
  int later(
      @Bind("id") String id,
      @Bind("tries") int tries,
      @Bind("delaySeconds") double delaySeconds,
      @Bind("answer") String answer);

  /** The endpoint is left alone: this was no try. */
  @SqlUpdate(
      """
      UPDATE webhook_deliveries
         SET due_at = now() + make_interval(secs => :delaySeconds), tries = tries - 1
       WHERE id = :id AND tries = :tries AND state = 'waiting'""")
  int postpone(
      @Bind("id") String id, @Bind("tries") int tries, @Bind("delaySeconds") double delaySeconds);

  /** What a try came to; a try that was lost and made again is told by the later one. */
  @SqlUpdate(
      """
      INSERT INTO webhook_attempts AS a (delivery_id, number, status, error, took_millis)
      VALUES (:id, :number, :status, :error, :tookMillis)
          ON CONFLICT (delivery_id, number) DO UPDATE
         SET at = now(), status = excluded.status, error = excluded.error,
             took_millis = excluded.took_millis""")
  void tried(
      @Bind("id") String id,
      @Bind("number") int number,
      @Bind("status") @Nullable Integer status,
      @Bind("error") @Nullable String error,
      @Bind("tookMillis") int tookMillis);

  @SqlUpdate("DELETE FROM webhook_deliveries WHERE ended_at < now() - interval '7 days'")
  int forget();
}
