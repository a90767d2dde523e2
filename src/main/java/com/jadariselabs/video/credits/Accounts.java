package com.jadariselabs.video.credits;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Jdbi;

/**
 * Accounts and their ledger. What a generation charges and returns moves with the generation's own
 * statements; here is the rest: opening, grants by hand, reading. Thread-safe.
 */
public final class Accounts {
  private static final String SERVICE = "service";

  private final AccountDao dao;
  private final StartCredits startCredits;

  /** Accounts in this database, opened with these credits. */
  public Accounts(Jdbi jdbi, StartCredits startCredits) {
    this.dao = jdbi.onDemand(AccountDao.class);
    this.startCredits = startCredits;
  }

  /** The user's account, opened with the plan's start credits when it is first seen. */
  public Account open(String userId, String plan) {
    return dao.find(userId).orElseGet(() -> opened(userId, plan));
  }

  /** The account, if it was ever seen. */
  public Optional<Account> find(String userId) {
    return dao.find(userId);
  }

  /** As {@link #adjust(String, long, String, String)}, by the service itself. */
  public OptionalLong adjust(String userId, long amount, String reason) {
    return adjust(userId, amount, reason, SERVICE);
  }

  /**
   * Gives or takes credits by hand, and notes it in the audit log.
   *
   * @param amount not 0
   * @param actor the admin who does it
   * @return the balance afterwards; empty where there is no account or not enough in it
   */
  public OptionalLong adjust(String userId, long amount, String reason, String actor) {
    String detail = String.format(Locale.ROOT, "%+d: %s", amount, reason);
    Optional<Long> balance = dao.adjust(userId, amount, reason, actor, detail);
    return balance.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  /** As {@link #setStatus(String, String, String)}, by the service itself. */
  public boolean setStatus(String userId, String status) {
    return setStatus(userId, status, SERVICE);
  }

  /**
   * Suspends an account or makes it active again, and notes it in the audit log.
   *
   * @param status {@code active} or {@code suspended}
   * @param actor the admin who does it
   * @return false where there is none
   */
  public boolean setStatus(String userId, String status, String actor) {
    return dao.setStatus(userId, status, actor) == 1;
  }

  /**
   * The ledger, newest first.
   *
   * @param before only entries with a smaller id; {@link Long#MAX_VALUE} for the newest
   */
  public List<LedgerEntry> entries(String userId, long before, int limit) {
    return dao.entries(userId, before, limit);
  }

  private Account opened(String userId, String plan) {
    dao.open(userId, plan, startCredits.of(plan));
    return dao.find(userId).orElseThrow();
  }
}
