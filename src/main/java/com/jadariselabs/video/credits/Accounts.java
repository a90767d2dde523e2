package com.jadariselabs.video.credits;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Jdbi;

/**
 * Accounts and their ledger. What a generation charges and returns moves with the generation's own
 * statements; here is the rest: opening, grants by hand, reading. Thread-safe.
 */
public final class Accounts {
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

  /**
   * Gives or takes credits by hand.
   *
   * @param amount not 0
   * @return the balance afterwards; empty where there is no account or not enough in it
   */
  public OptionalLong adjust(String userId, long amount, String reason) {
    Optional<Long> balance = dao.adjust(userId, amount, reason);
    return balance.map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  /**
   * Suspends an account or makes it active again.
   *
   * @return false where there is none
   */
  public boolean setStatus(String userId, String status) {
    return dao.setStatus(userId, status) == 1;
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
