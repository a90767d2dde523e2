package com.jadariselabs.video.auth;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.MoreExecutors;
import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of users, and which of them were ended. Every question on a request's way is
 * answered from memory; rows are written and read behind it. A session revoked on any instance is
 * refused by all within a second: the others are told, and look by themselves every half second.
 * Thread-safe.
 */
public final class Sessions implements Managed {
  /** Begins the ids of sessions that are a single token. */
  static final String TOKEN_PREFIX = "token:";

  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
  private static final long TICK_MILLIS = 100;
  private static final long LOOK_MILLIS = 500;

  /** Further back than any transaction here lasts. */
  private static final double MARGIN_SECONDS = 30;

  private final SessionDao dao;
  private final Announcer announcer;
  private final Clock clock;
  private final Sightings sightings = new Sightings(Ticker.systemTicker());

  private final Erased erased = new Erased();

  /** Until when each revoked session must be remembered. */
  private final Map<SessionKey, Instant> revoked = new ConcurrentHashMap<>();

  private final List<BiConsumer<String, String>> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "sessions");
            thread.setDaemon(true);
            return thread;
          });

  private volatile long lastLook = Long.MIN_VALUE;
  private volatile boolean healthy = true;

  /** Nothing runs before {@link #start}. */
  public Sessions(Jdbi jdbi, Announcer announcer, Clock clock) {
    this.dao = jdbi.onDemand(SessionDao.class);
    this.announcer = announcer;
    this.clock = clock;
  }

  /** Reads what is revoked, then keeps reading and writing behind the requests. */
  @Override
  public void start() {
    safely(
        () -> {
          learn(dao.revoked());
          erased.learn(dao.erased());
        });
    announcer.listen(message -> lookSoon());
    executor.scheduleWithFixedDelay(
        () -> safely(this::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    executor.scheduleWithFixedDelay(() -> safely(this::forget), 5, 60, TimeUnit.MINUTES);
  }

  /** Writes what was seen and ends. */
  @Override
  public void stop() {
    // Broken off at once, what is under way would blame the database.
    MoreExecutors.shutdownAndAwaitTermination(executor, Duration.ofSeconds(2));
    safely(() -> sightings.writeTo(dao));
  }

  /**
   * Whether this caller's session is still let in, and whether there still is such a user; notes
   * that it called. Never waits.
   */
  public boolean admits(Caller caller) {
    return !erased.refuses(caller) && stillAdmits(caller);
  }

  /** As {@link #admits}, of somebody who was let in moments ago and comes by a ticket for that. */
  boolean stillAdmits(Caller caller) {
    SessionKey key = SessionKey.of(caller);
    if (revoked.containsKey(key)) {
      return false;
    }
    sightings.note(key, caller);
    return true;
  }

  /**
   * Calls the listener with the user's id and the session's when one is revoked, here or on another
   * instance, so that its sockets can be closed. The listener must not wait.
   */
  public void onRevoked(BiConsumer<String, String> userAndSession) {
    listeners.add(userAndSession);
  }

  /** The caller's sessions, the last used first. */
  public List<Session> of(Caller caller) {
    writeDown();
    return dao.of(caller.userId()).stream()
        .map(
            row ->
                new Session(
                    row.id(),
                    row.createdAt(),
                    row.lastSeenAt(),
                    row.id().equals(caller.sessionId())))
        .toList();
  }

  /**
   * Revokes one of the caller's sessions, which may be the current one.
   *
   * @return false if the caller has no such session
   */
  public boolean revoke(Caller caller, String sessionId) {
    if (sessionId.startsWith(ApiKeys.SESSION_PREFIX)) {
      return false;
    }
    writeDown();
    return announce(dao.revoke(caller.userId(), sessionId)) > 0;
  }

  /**
   * Revokes all of the caller's sessions but the current one.
   *
   * @return how many there were
   */
  public int revokeOthers(Caller caller) {
    writeDown();
    return announce(dao.revokeAllBut(caller.userId(), caller.sessionId()));
  }

  /** Revokes all sessions of a user, those of API keys too: the account is closed. */
  public void revokeAll(String userId) {
    writeDown();
    announce(dao.revokeAll(userId));
    look();
  }

  /** Writes what was seen, for somebody who wants to read it. */
  void writeDown() {
    sightings.writeTo(dao);
  }

  /** Makes revocations known, here at once; returns how many there are. */
  int announce(List<SessionDao.RevokedRow> rows) {
    learn(rows);
    if (!rows.isEmpty()) {
      // The word only says "look": what is revoked is in the rows.
      announcer.publish("revoked");
    }
    return rows.size();
  }

  private void lookSoon() {
    if (!executor.isShutdown()) {
      executor.execute(() -> safely(this::look));
    }
  }

  private void tick() {
    long now = System.nanoTime();
    if (lastLook == Long.MIN_VALUE
        || now - lastLook >= TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
      look();
    }
    if (sightings.any()) {
      sightings.writeTo(dao);
    }
  }

  private void look() {
    long began = System.nanoTime();
    // After an outage the look reaches back to the last one that succeeded.
    double since = lastLook == Long.MIN_VALUE ? 86_400 : (began - lastLook) / 1e9;
    learn(dao.revokedWithin(since + MARGIN_SECONDS));
    erased.learn(dao.erasedWithin(since + MARGIN_SECONDS));
    lastLook = began;
  }

  private void learn(List<SessionDao.RevokedRow> rows) {
    for (SessionDao.RevokedRow row : rows) {
      SessionKey key = new SessionKey(row.userId(), row.id());
      if (revoked.putIfAbsent(key, row.forgetAt()) == null) {
        listeners.forEach(listener -> listener.accept(row.userId(), row.id()));
      }
    }
  }

  private void forget() {
    Instant now = clock.instant();
    revoked.values().removeIf(forgetAt -> forgetAt.isBefore(now));
    erased.forget(now);
    dao.forget();
    dao.forgetErased();
  }

  private void safely(Runnable work) {
    try {
      work.run();
      healthy = true;
    } catch (RuntimeException e) {
      if (healthy) {
        LOG.warn("Sessions cannot be read or written; trying on", e);
      }
      healthy = false;
    }
  }
}
