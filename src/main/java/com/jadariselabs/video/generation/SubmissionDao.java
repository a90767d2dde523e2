package com.jadariselabs.video.generation;

import com.jadariselabs.video.generation.SubmissionDao.KeyRow;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * The submission's statements one by one: for what the gathered one leaves over, and to compare.
 */
@RegisterConstructorMapper(KeyRow.class)
interface SubmissionDao extends PurseDao {

  record KeyRow(String bodyHash, String generationId, long remainingCredits) {}

  /** Where an inserted row stands. */
  record Placed(boolean delivered, int queuePosition, int estimatedWait) {}

  @SqlQuery(
      """
      SELECT body_hash, generation_id, remaining_credits FROM idempotency_keys
       WHERE user_id = :userId AND key = :key AND created_at > now() - interval '24 hours'""")
  Optional<KeyRow> key(@Bind("userId") String userId, @Bind("key") String key);

  @SqlUpdate(
      """
      DELETE FROM idempotency_keys
       WHERE user_id = :userId AND key = :key AND created_at <= now() - interval '24 hours'""")
  void forgetOldKey(@Bind("userId") String userId, @Bind("key") String key);

  @SqlUpdate("DELETE FROM idempotency_keys WHERE created_at <= now() - interval '24 hours'")
  int forgetOldKeys();

  @SqlUpdate("UPDATE accounts SET balance = balance - :amount WHERE user_id = :userId")
  void debit(@Bind("userId") String userId, @Bind("amount") int amount);

  @SqlUpdate(
      """
      INSERT INTO ledger (user_id, amount, kind, generation_id, run, balance_after)
      VALUES (:userId, -:amount, 'charge', :generationId, 1, :balance)""")
  void enter(
      @Bind("userId") String userId,
      @Bind("amount") int amount,
      @Bind("generationId") String generationId,
      @Bind("balance") long balance);

  /** What this very submission got, if it was written. */
  @SqlQuery(
      """
      SELECT l.balance_after AS balance, g.delivered, g.queue_position AS position,
             g.estimated_wait AS wait_seconds
        FROM generations g JOIN ledger l ON l.generation_id = g.id
       WHERE g.id = :id AND l.run = 1 AND l.kind = 'charge'""")
  @RegisterConstructorMapper(Charge.Charged.class)
  Optional<Charge.Charged> written(@Bind("id") String id);

  @SqlUpdate(
      """
      INSERT INTO idempotency_keys (user_id, key, body_hash, generation_id, remaining_credits)
      VALUES (:userId, :key, :bodyHash, :generationId, :remaining)""")
  void remember(
      @Bind("userId") String userId,
      @Bind("key") String key,
      @Bind("bodyHash") String bodyHash,
      @Bind("generationId") String generationId,
      @Bind("remaining") long remaining);

  @SqlQuery(
      """
      WITH share AS (
        SELECT (SELECT count(*) FROM (
                  SELECT FROM generations
                   WHERE user_id = :draft.userId AND status = 'queued' AND delivered
                   LIMIT :perUser) standing) < :perUser AS delivered),
      p AS (
        SELECT delivered, CASE WHEN delivered THEN 0 ELSE (
                 SELECT count(*)::int FROM generations q
                  WHERE q.user_id = :draft.userId AND q.status = 'queued' AND NOT q.delivered)
               END AS behind
          FROM share)
      INSERT INTO generations (id, job_id, user_id, plan, priority, prompt, negative_prompt, model,
        duration, quality, style, aspect_ratio, seed, image_url, enhance, webhook_url,
        provider_model, provider_duration, warnings, estimated_seconds, estimated_wait,
        queue_position, announced_position, credits_charged, trace_id, api_key_id, delivered)
      SELECT :id, :jobId, :draft.userId, :plan, :priority, :draft.prompt, :draft.negativePrompt,
        :draft.model, :draft.durationSeconds, :quality, :draft.style, :draft.aspectRatio,
        :draft.seed, :draft.imageUrl, :draft.enhance, :draft.webhookUrl, :draft.providerModel,
        :draft.providerDuration, :warnings, :draft.estimatedSeconds,
        :waitSeconds + ceil(p.behind * CAST(:waitSeconds AS float8)
          / greatest(1, :position - 1))::int,
        :position + p.behind, :position + p.behind, :draft.credits, :draft.traceId, :apiKeyId,
        p.delivered
        FROM p
      RETURNING delivered, queue_position, estimated_wait""")
  @RegisterConstructorMapper(Placed.class)
  Placed insert(
      @BindMethods NewRow row,
      @Bind("plan") String plan,
      @Bind("priority") int priority,
      @Bind("quality") String quality,
      @Bind("warnings") String warnings,
      @Bind("apiKeyId") @Nullable String apiKeyId,
      @Bind("perUser") int perUser);
}
