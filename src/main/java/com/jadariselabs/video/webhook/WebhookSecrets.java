package com.jadariselabs.video.webhook;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** What each user's webhooks are signed with; made when first needed. Thread-safe. */
public final class WebhookSecrets {
  private static final int BYTES = 32;

  private final SecretDao dao;
  private final Jdbi jdbi;
  private final SecureRandom random = new SecureRandom();

  /** The secrets in this database. */
  public WebhookSecrets(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.dao = jdbi.onDemand(SecretDao.class);
  }

  /** The user's present secret, {@code whsec_…}. */
  public String present(String userId) {
    return dao.present(userId)
        .orElseGet(
            () -> {
              dao.add(userId, fresh());
              return dao.present(userId).orElseThrow();
            });
  }

  /** A new secret; the one before signs beside it for a day. Of two at once, one is made. */
  public String rotate(String userId) {
    return jdbi.inTransaction(
        handle -> {
          SecretDao within = handle.attach(SecretDao.class);
          within.retire(userId);
          within.add(userId, fresh());
          return within.present(userId).orElseThrow();
        });
  }

  /** All that sign for this user now, the newest first. */
  List<String> signing(String userId) {
    List<String> secrets = dao.signing(userId);
    return secrets.isEmpty() ? List.of(present(userId)) : secrets;
  }

  private String fresh() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return "whsec_" + Base64.getEncoder().encodeToString(bytes);
  }
}
