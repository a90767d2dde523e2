package com.jadariselabs.video.webhook;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The statements on secrets. */
interface SecretDao {

  @SqlQuery("SELECT secret FROM webhook_secrets WHERE user_id = :userId AND retired_at IS NULL")
  Optional<String> present(@Bind("userId") String userId);

  @SqlUpdate(
      """
      INSERT INTO webhook_secrets (user_id, secret) VALUES (:userId, :secret)
      ON CONFLICT (user_id) WHERE retired_at IS NULL DO NOTHING""")
  void add(@Bind("userId") String userId, @Bind("secret") String secret);

  @SqlUpdate(
      """
      UPDATE webhook_secrets SET retired_at = now()
       WHERE user_id = :userId AND retired_at IS NULL""")
  void retire(@Bind("userId") String userId);

  /** A few at most, however often somebody rotates. */
  @SqlQuery(
      """
      SELECT secret FROM webhook_secrets
       WHERE user_id = :userId
         AND (retired_at IS NULL OR retired_at > now() - interval '1 day')
       ORDER BY id DESC LIMIT 4""")
  List<String> signing(@Bind("userId") String userId);
}
