package com.jadariselabs.video.audit;

import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The audit log. Thread-safe. */
public final class AuditLog {
  private final AuditDao dao;

  /** The log in this database. */
  public AuditLog(Jdbi jdbi) {
    this.dao = jdbi.onDemand(AuditDao.class);
  }

  /**
   * Notes a call that changed nothing: one that read, or one that was refused.
   *
   * @param actor the admin's user id
   */
  public void note(String actor, String action, @Nullable String target, @Nullable String detail) {
    dao.note(actor, action, target, detail);
  }

  /**
   * The entries, newest first.
   *
   * @param before only those with a smaller id; {@link Long#MAX_VALUE} for the newest
   */
  public List<AuditEntry> entries(long before, int limit) {
    return dao.entries(before, limit);
  }
}
