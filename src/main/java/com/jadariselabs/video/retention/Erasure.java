package com.jadariselabs.video.retention;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases users: first the account is marked and closed, then what runs is cancelled with its refund
 * and settled at the provider, then, in one transaction, everything goes but the ledger's figures,
 * which stay under a name that says nothing. Each part may be done by another instance.
 * Thread-safe.
 */
public final class Erasure {
  private static final Logger LOG = LoggerFactory.getLogger(Erasure.class);

  private final Jdbi jdbi;
  private final ErasureDao dao;
  private final BiConsumer<String, String> cancel;
  private final Consumer<String> closed;
  private final Consumer<String> changed;
  private final SecureRandom random = new SecureRandom();

  /**
   * Erases in this database.
   *
   * @param cancel cancels a user's generation, by user id and generation id
   * @param closed told of each user whose account was just closed
   * @param changed told of each generation that is gone
   */
  public Erasure(
      Jdbi jdbi,
      BiConsumer<String, String> cancel,
      Consumer<String> closed,
      Consumer<String> changed) {
    this.jdbi = jdbi;
    this.dao = jdbi.onDemand(ErasureDao.class);
    this.cancel = cancel;
    this.closed = closed;
    this.changed = changed;
  }

  /**
   * Begins; the rest happens within moments, or once the provider has been told.
   *
   * @param actor who wants it, for the audit log
   * @return false where there is no such account
   */
  public boolean begin(String userId, String actor) {
    if (dao.mark(userId, actor) == 0) {
      return false;
    }
    closed.accept(userId);
    dao.live(userId).forEach(id -> cancel.accept(userId, id));
    return true;
  }

  /** Goes on with everybody who is marked. */
  void goOn() {
    for (String userId : dao.marked()) {
      try {
        dao.live(userId).forEach(id -> cancel.accept(userId, id));
        if (finish(userId)) {
          LOG.info("an erased user is gone");
        }
      } catch (RuntimeException e) {
        LOG.warn("an erasure goes on later: {}", e.getClass().getSimpleName());
      }
    }
  }

  private boolean finish(String userId) {
    byte[] bytes = new byte[12];
    random.nextBytes(bytes);
    String name = "erased_" + HexFormat.of().formatHex(bytes);
    Optional<List<String>> gone =
        jdbi.inTransaction(
            handle -> {
              ErasureDao within = handle.attach(ErasureDao.class);
              if (!within.settled(userId)) {
                return Optional.empty();
              }
              within.rename(userId, name);
              within.renameLedger(userId, name);
              within.renameAudit(userId, name);
              List<String> generations = within.deleteAll(userId);
              within.deleteAccount(userId);
              return Optional.of(generations);
            });
    gone.ifPresent(ids -> ids.forEach(changed));
    return gone.isPresent();
  }
}
