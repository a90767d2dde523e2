package com.jadariselabs.video.moderation;

import com.google.common.base.Ticker;
import io.dropwizard.lifecycle.Managed;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far each user is trusted: 0 to 100, starting at 100, less for each rejected text, one point
 * back for each hour and each completed generation. Those below 100 are few and known in memory, so
 * asking costs no round trip; what another instance changed is known here within two seconds.
 * Thread-safe.
 */
public final class Reputations implements Managed {
  /** Where everybody starts. */
  public static final int FULL = 100;

  /** Below this the rate limits are halved. */
  public static final int SLOWED = 50;

  /** Below this nothing is accepted. */
  public static final int SUSPENDED = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Reputations.class);
  private static final double NANOS_PER_POINT = Duration.ofHours(1).toNanos();
  private static final Duration LONGEST = Duration.ofHours(FULL + 1);
  private static final double MARGIN_SECONDS = 30;

  private final ReputationDao dao;
  private final Ticker ticker;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "reputations");
            thread.setDaemon(true);
            return thread;
          });

  private volatile double lookBackSeconds = LONGEST.toSeconds();
  private volatile long lastLook;
  private volatile boolean healthy = true;

  private record Known(double score, long at) {
    double now(long time) {
      return Math.min(FULL, score + (time - at) / NANOS_PER_POINT);
    }
  }

  /** Nothing is known before {@link #start}. */
  public Reputations(Jdbi jdbi, Ticker ticker) {
    this.dao = jdbi.onDemand(ReputationDao.class);
    this.ticker = ticker;
    this.lastLook = ticker.read();
  }

  @Override
  public void start() {
    look();
    executor.scheduleWithFixedDelay(this::look, 2, 2, TimeUnit.SECONDS);
  }

  @Override
  public void stop() {
    executor.shutdownNow();
  }

  /** The user's score, 0 to 100; never waits. */
  public int score(String userId) {
    Known entry = known.get(userId);
    return entry == null ? FULL : (int) Math.floor(entry.now(ticker.read()) + 1e-6);
  }

  /** What to multiply the user's rate limits with. */
  public double limitFactor(String userId) {
    return score(userId) < SLOWED ? 0.5 : 1.0;
  }

  /** Whether nothing of the user's is accepted at present. */
  public boolean suspended(String userId) {
    return score(userId) < SUSPENDED;
  }

  /**
   * Writes a rejection down and takes its points; one round trip.
   *
   * @param text only its digest is kept, to tell repetitions
   */
  public void penalise(String userId, Verdict.Rejected verdict, String text) {
    double score =
        dao.penalise(
            userId, verdict.category().wireName(), verdict.rule(), verdict.points(), sha256(text));
    known.put(userId, new Known(score, ticker.read()));
  }

  /** Gives a point back for a completed generation; costs nothing for who has lost none. */
  public void recovered(String userId) {
    if (known.containsKey(userId)) {
      dao.restore(userId, 1).ifPresent(score -> known.put(userId, new Known(score, ticker.read())));
    }
  }

  /**
   * Writes a rejection down that costs its user nothing, since it is not known to be theirs: what
   * they wrote themselves was allowed.
   *
   * @param what only its digest is kept, to tell repetitions
   */
  public void note(
      String userId, Verdict.Rejected verdict, Subject subject, String what, String generationId) {
    dao.note(
        userId,
        subject.wireName(),
        verdict.category().wireName(),
        verdict.rule(),
        sha256(what),
        generationId);
  }

  /**
   * The user's rejections, the newest first, for admins.
   *
   * @param before the id of the last one seen, or {@link Long#MAX_VALUE}
   */
  public List<Rejection> rejections(String userId, long before, int limit) {
    return dao.verdicts(userId, before, limit).stream()
        .map(
            row ->
                new Rejection(
                    row.id(),
                    row.at(),
                    row.subject(),
                    row.category(),
                    row.rule(),
                    row.points(),
                    row.generationId()))
        .toList();
  }

  private void look() {
    long began = ticker.read();
    try {
      double since = lookBackSeconds + (began - lastLook) / 1e9;
      for (ReputationDao.Row row : dao.changedWithin(since)) {
        known.put(row.userId(), new Known(row.score(), ticker.read()));
      }
      known.values().removeIf(entry -> entry.now(began) >= FULL);
      lookBackSeconds = MARGIN_SECONDS;
      lastLook = began;
      healthy = true;
    } catch (RuntimeException e) {
      if (healthy) {
        LOG.warn("Reputations cannot be read; trying on", e);
      }
      healthy = false;
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
