package com.jadariselabs.video.webhook;

import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The statements of the delivery log. */
@RegisterConstructorMapper(Deliveries.Delivery.class)
@RegisterConstructorMapper(Deliveries.Attempt.class)
interface DeliveryDao {

  @SqlQuery(
      """
      SELECT id, generation_id, type, url, state, tries, occurred_at, ended_at,
             CASE WHEN state = 'waiting' THEN due_at END AS next_try_at
        FROM webhook_deliveries
       WHERE user_id = :userId
         AND (CAST(:generationId AS text) IS NULL OR generation_id = :generationId)
         AND (CAST(:state AS text) IS NULL OR state = :state)
       ORDER BY occurred_at DESC, id DESC LIMIT :limit""")
  List<Deliveries.Delivery> newest(
      @Bind("userId") String userId,
      @Bind("generationId") @Nullable String generationId,
      @Bind("state") @Nullable String state,
      @Bind("limit") int limit);

  @SqlQuery(
      """
      SELECT id, generation_id, type, url, state, tries, occurred_at, ended_at,
             CASE WHEN state = 'waiting' THEN due_at END AS next_try_at
        FROM webhook_deliveries
       WHERE user_id = :userId
         AND (CAST(:generationId AS text) IS NULL OR generation_id = :generationId)
         AND (CAST(:state AS text) IS NULL OR state = :state)
         AND (occurred_at, id)
             < (timestamptz 'epoch' + :beforeMicros * interval '1 microsecond', :beforeId)
       ORDER BY occurred_at DESC, id DESC LIMIT :limit""")
  List<Deliveries.Delivery> before(
      @Bind("userId") String userId,
      @Bind("generationId") @Nullable String generationId,
      @Bind("state") @Nullable String state,
      @Bind("beforeMicros") long beforeMicros,
      @Bind("beforeId") String beforeId,
      @Bind("limit") int limit);

  @SqlQuery(
      """
      SELECT delivery_id, number, at, status, error, took_millis FROM webhook_attempts
       WHERE delivery_id = ANY(:ids) ORDER BY delivery_id, number""")
  List<Deliveries.Attempt> attempts(@Bind("ids") String[] ids);

  @SqlQuery(
      """
      SELECT EXISTS (SELECT FROM webhook_deliveries WHERE user_id = :userId AND id = :id)""")
  boolean owned(@Bind("userId") String userId, @Bind("id") String id);

  /** An ended one begins anew; one that waits has its next try before it anyway. */
  @SqlUpdate(
      """
      UPDATE webhook_deliveries
         SET state = 'waiting', ended_at = NULL, since = now(), due_at = now(),
             replayed_after = tries
       WHERE user_id = :userId AND id = :id AND state <> 'waiting' AND tries < 1000""")
  int replay(@Bind("userId") String userId, @Bind("id") String id);
}
