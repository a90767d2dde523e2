package com.jadariselabs.video.generation;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Generations as admins see them: everybody's, and a second chance for failed ones. Thread-safe.
 */
public final class Oversight {
  private static final Logger LOG = LoggerFactory.getLogger(Oversight.class);
  private static final long LENGTHS_TIMEOUT_SECONDS = 2;

  private final OversightDao dao;
  private final Announcer announcer;
  private final Delivery delivery;
  private final WaitingLine line;
  private final GenerationMetrics metrics;

  Oversight(
      Jdbi jdbi,
      Announcer announcer,
      Delivery delivery,
      WaitingLine line,
      GenerationMetrics metrics) {
    this.dao = jdbi.onDemand(OversightDao.class);
    this.announcer = announcer;
    this.delivery = delivery;
    this.line = line;
    this.metrics = metrics;
  }

  /**
   * Everybody's generations, newest first; the cursor is the last id of the page before.
   *
   * @param userId null for everybody
   * @param status null for all
   * @param cursor null for the newest
   * @param limit 1 to 100
   */
  public Page list(
      @Nullable String userId, @Nullable Status status, @Nullable String cursor, int limit) {
    List<Generation> rows =
        dao.list(userId, status == null ? null : status.wireName(), cursor, limit + 1);
    boolean more = rows.size() > limit;
    List<Generation> shown = more ? rows.subList(0, limit) : rows;
    return new Page(shown, more ? shown.get(limit - 1).id() : null);
  }

  /**
   * Runs a failed generation again: charged and queued in one statement, its events go on from
   * where they were.
   *
   * @param actor who wants it, for the audit log
   */
  public Retrial retry(String id, String actor) {
    Optional<Generation> present = dao.find(id);
    if (present.isEmpty()) {
      return new Retrial.NotFound();
    }
    int position = ahead(present.get()) + 1;
    Optional<Generation> again = dao.retry(id, actor, position);
    if (again.isPresent()) {
      Generation g = again.get();
      LOG.info("run {} is queued by an admin, {} credits charged", g.run(), g.creditsCharged());
      metrics.chargedAgain(g);
      announcer.moved(g, position);
      delivery.ring(g.deliveryPriority(), id);
      return new Retrial.Queued(g);
    }
    Generation now = dao.find(id).orElse(present.get());
    return now.state() == Status.FAILED
        ? new Retrial.OutOfCredits(now.creditsCharged(), dao.balance(now.userId()))
        : new Retrial.NotFailed(now.status());
  }

  private int ahead(Generation g) {
    return delivery
        .lengths(g.deliveryPriority())
        .thenApply(Delivery.Lengths::ahead)
        .completeOnTimeout(line.length(), LENGTHS_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .exceptionally(away -> line.length())
        .join();
  }
}
