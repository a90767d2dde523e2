package com.jadariselabs.video.generation;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The statements of {@link Repeats}. */
@RegisterRowMapper(Rows.OfGenerations.class)
interface RepeatDao {

  /** The user's latest result of the very same request; the day counts from the rendering. */
  @SqlQuery(
      """
      SELECT * FROM generations
       WHERE user_id = :userId AND seed = :seed AND model = :model AND status = 'completed'
         AND completed_at > now() - interval '24 hours' AND repeats IS NULL
         AND prompt = :prompt AND duration = :durationSeconds AND quality = :quality
         AND style IS NOT DISTINCT FROM :style AND aspect_ratio = :aspectRatio
         AND negative_prompt IS NOT DISTINCT FROM :negativePrompt AND image_url IS NULL
         AND enhance = :enhance AND provider_model = :providerModel
         AND provider_duration = :providerDuration AND video_key IS NOT NULL
       ORDER BY completed_at DESC LIMIT 1""")
  Optional<Generation> find(@BindMethods Draft draft, @Bind("quality") String quality);

  /**
   * A generation that is completed with the earlier one's result, and what the account then has:
   * empty where the earlier one went away, or the account may not be served.
   */
  @SqlQuery(
      """
      WITH purse AS (
        SELECT user_id, balance FROM accounts
         WHERE user_id = :draft.userId AND status = 'active'),
      made AS (
        INSERT INTO generations (id, job_id, user_id, plan, priority, status, stage, percent, prompt,
          negative_prompt, enhanced_prompt, model, duration, quality, style, aspect_ratio, seed,
          enhance, webhook_url, provider_model, provider_duration, warnings, estimated_seconds,
          queue_position, credits_charged, trace_id, api_key_id, repeats, video_key, poster_key,
          started_at, completed_at)
        SELECT :id, :jobId, g.user_id, :plan, :priority, status, stage, percent, prompt,
               negative_prompt, enhanced_prompt, model, duration, quality, style, aspect_ratio, seed,
               enhance, :draft.webhookUrl, provider_model, provider_duration, :warnings, 0, 0, 0,
               :draft.traceId, :apiKeyId, id, video_key, poster_key, now(), now()
          FROM generations g JOIN purse ON purse.user_id = g.user_id
         WHERE g.id = :earlierId AND status = 'completed' AND video_key IS NOT NULL
        RETURNING *)
      SELECT made.*, balance FROM made JOIN purse ON purse.user_id = made.user_id""")
  @RegisterRowMapper(Rows.OfRepeats.class)
  Optional<Charge.Repeated> repeat(
      @BindMethods NewRow row,
      @Bind("plan") String plan,
      @Bind("priority") int priority,
      @Bind("warnings") String warnings,
      @Bind("apiKeyId") @Nullable String apiKeyId,
      @Bind("earlierId") String earlierId);
}
