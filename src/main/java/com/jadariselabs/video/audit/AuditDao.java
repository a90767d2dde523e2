package com.jadariselabs.video.audit;

import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The statements on the audit log alone. */
@RegisterConstructorMapper(AuditEntry.class)
interface AuditDao {

  @SqlUpdate(
      """
      INSERT INTO audit_log (actor, action, target, detail)
      VALUES (:actor, :action, :target, :detail)""")
  void note(
      @Bind("actor") String actor,
      @Bind("action") String action,
      @Bind("target") @Nullable String target,
      @Bind("detail") @Nullable String detail);

  @SqlQuery(
      """
      SELECT id, at, actor, action, target, detail FROM audit_log
       WHERE id < :before ORDER BY id DESC LIMIT :limit""")
  List<AuditEntry> entries(@Bind("before") long before, @Bind("limit") int limit);
}
