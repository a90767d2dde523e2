package com.jadariselabs.video.generation;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * The steps of a generation under a lease. Every statement presumes that it is still processing
 * under the worker's own token; where it is not, nothing is written and nothing is returned.
 */
@RegisterRowMapper(Rows.OfGenerations.class)
interface StepDao {
  @SqlQuery(
      """
      UPDATE generations SET image_key = :imageKey
       WHERE id = :id AND lease_token = :token AND status = 'processing'
      RETURNING *""")
  Optional<Generation> imageKept(
      @Bind("id") String id, @Bind("token") long token, @Bind("imageKey") String imageKey);

  @SqlQuery(
      """
      UPDATE generations
         SET enhanced_prompt = :enhancedPrompt, stage = 'generating', seq = seq + 1
       WHERE id = :id AND lease_token = :token AND status = 'processing'
      RETURNING *""")
  Optional<Generation> enhanced(
      @Bind("id") String id,
      @Bind("token") long token,
      @Bind("enhancedPrompt") String enhancedPrompt);

  @SqlQuery(
      """
      UPDATE generations SET percent = :percent, seq = seq + 1
       WHERE id = :id AND lease_token = :token AND status = 'processing' AND percent < :percent
      RETURNING *""")
  Optional<Generation> progressed(
      @Bind("id") String id, @Bind("token") long token, @Bind("percent") int percent);

  @SqlQuery(
      """
      UPDATE generations
         SET stage = 'uploading', percent = GREATEST(percent, :percent), seq = seq + 1
       WHERE id = :id AND lease_token = :token AND status = 'processing'
      RETURNING *""")
  Optional<Generation> uploading(
      @Bind("id") String id, @Bind("token") long token, @Bind("percent") int percent);
}
