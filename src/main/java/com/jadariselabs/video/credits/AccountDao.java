package com.jadariselabs.video.credits;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The statements on accounts that belong to no generation. */
@RegisterConstructorMapper(Account.class)
@RegisterConstructorMapper(LedgerEntry.class)
interface AccountDao {

  @SqlQuery(
      "SELECT user_id, plan, balance, status, created_at FROM accounts WHERE user_id = :userId")
  Optional<Account> find(@Bind("userId") String userId);

  /** Opens it unless it is there; the grant goes with the row that was really inserted. */
  @SqlUpdate(
      """
      WITH opened AS (
        INSERT INTO accounts (user_id, plan, balance) VALUES (:userId, :plan, :credits)
        ON CONFLICT (user_id) DO NOTHING
        RETURNING user_id, balance)
      INSERT INTO ledger (user_id, amount, kind, balance_after, reason)
      SELECT user_id, balance, 'grant', balance, 'start credits' FROM opened WHERE balance > 0""")
  void open(
      @Bind("userId") String userId, @Bind("plan") String plan, @Bind("credits") long credits);

  /** Nothing is returned where the account is missing or the balance would become negative. */
  @SqlQuery(
      """
      WITH moved AS (
        UPDATE accounts SET balance = balance + :amount
         WHERE user_id = :userId AND balance + :amount >= 0
        RETURNING user_id, balance),
      entry AS (
        INSERT INTO ledger (user_id, amount, kind, balance_after, reason)
        SELECT user_id, :amount, 'adjustment', balance, :reason FROM moved),
      noted AS (
        INSERT INTO audit_log (actor, action, target, detail)
        SELECT :actor, 'user.credits', user_id, :detail FROM moved)
      SELECT balance FROM moved""")
  Optional<Long> adjust(
      @Bind("userId") String userId,
      @Bind("amount") long amount,
      @Bind("reason") String reason,
      @Bind("actor") String actor,
      @Bind("detail") String detail);

  @SqlUpdate(
      """
      WITH changed AS (
        UPDATE accounts SET status = :status WHERE user_id = :userId RETURNING user_id)
      INSERT INTO audit_log (actor, action, target, detail)
      SELECT :actor, 'user.status', user_id, :status FROM changed""")
  int setStatus(
      @Bind("userId") String userId, @Bind("status") String status, @Bind("actor") String actor);

  @SqlQuery(
      """
      SELECT id, amount, kind, generation_id, balance_after, created_at FROM ledger
       WHERE user_id = :userId AND id < :before ORDER BY id DESC LIMIT :limit""")
  List<LedgerEntry> entries(
      @Bind("userId") String userId, @Bind("before") long before, @Bind("limit") int limit);
}
