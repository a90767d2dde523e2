package com.jadariselabs.video.auth;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * The table {@code socket_tickets}; all times are the database's, whatever the instances' clocks
 * say.
 */
interface TicketDao {

  /** Whom a ticket lets in. */
  record Row(String userId, String plan, String roles, String sessionId, Instant tokenExpiresAt) {}

  /** Keeps a ticket and drops some that have expired. */
  @SqlUpdate(
      """
      WITH gone AS (
        DELETE FROM socket_tickets WHERE digest IN (
          SELECT digest FROM socket_tickets WHERE expires_at < clock_timestamp()
           LIMIT 100 FOR UPDATE SKIP LOCKED))
      INSERT INTO socket_tickets
        (digest, user_id, plan, roles, session_id, token_expires_at, expires_at)
      VALUES (:digest, :userId, :plan, :roles, :sessionId, :tokenExpiresAt,
              clock_timestamp() + make_interval(secs => :seconds))""")
  void keep(
      byte[] digest,
      String userId,
      String plan,
      String roles,
      String sessionId,
      Instant tokenExpiresAt,
      double seconds);

  /** Takes a ticket away; of two who ask at once one gets it. */
  @SqlQuery(
      """
      DELETE FROM socket_tickets WHERE digest = :digest AND expires_at > clock_timestamp()
      RETURNING user_id, plan, roles, session_id, token_expires_at""")
  @RegisterConstructorMapper(Row.class)
  Optional<Row> take(byte[] digest);
}
