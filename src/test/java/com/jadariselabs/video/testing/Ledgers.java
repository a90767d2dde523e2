package com.jadariselabs.video.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The auditor: what must be true of the money whatever happened. */
public final class Ledgers {
  private Ledgers() {}

  /**
   * Entries add up, nothing is negative, each ended generation is charged or refunded as it ended.
   */
  public static void assertSound(Jdbi jdbi) {
    assertThat(
            rows(
                jdbi,
                """
                SELECT a.user_id FROM accounts a
                 WHERE a.balance <> (SELECT coalesce(sum(amount), 0) FROM ledger l
                                      WHERE l.user_id = a.user_id)"""))
        .as("accounts whose entries do not add up to the balance")
        .isEmpty();
    assertThat(
            rows(
                jdbi,
                """
                SELECT user_id FROM (
                  SELECT user_id, balance_after,
                         sum(amount) OVER (PARTITION BY user_id ORDER BY id) AS running
                    FROM ledger) l WHERE running <> balance_after"""))
        .as("entries whose balance_after is not the sum so far")
        .isEmpty();
    assertThat(
            rows(
                jdbi,
                """
                SELECT g.id FROM generations g
                 WHERE -g.credits_charged <> (SELECT coalesce(sum(amount), 0) FROM ledger l
                         WHERE l.generation_id = g.id AND l.run = g.run AND kind = 'charge')
                    OR g.credits_refunded <> (SELECT coalesce(sum(amount), 0) FROM ledger l
                         WHERE l.generation_id = g.id AND l.run = g.run AND kind = 'refund')"""))
        .as("generations whose row and ledger disagree")
        .isEmpty();
    assertThat(
            rows(
                jdbi,
                """
                SELECT id FROM generations
                 WHERE (status = 'completed' AND credits_refunded <> 0)
                    OR (status = 'failed' AND credits_refunded <> credits_charged)
                    OR (status = 'cancelled'
                        AND credits_refunded <> credits_charged * (100 - percent) / 100)
                    OR (status IN ('queued', 'processing') AND credits_refunded <> 0)"""))
        .as("generations that were not charged or refunded as they ended")
        .isEmpty();
  }

  /** Every generation has ended. */
  public static void assertAllEnded(Jdbi jdbi) {
    assertThat(rows(jdbi, "SELECT id FROM generations WHERE completed_at IS NULL")).isEmpty();
  }

  private static List<String> rows(Jdbi jdbi, String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }
}
