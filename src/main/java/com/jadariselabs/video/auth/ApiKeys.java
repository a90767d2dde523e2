package com.jadariselabs.video.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.base.Ticker;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys by which servers act for a user: made and revoked by their owner, shown once, kept as a
 * digest. A key is the session {@code key:<id>}, so that it is noted and revoked like any other.
 * Thread-safe; a key that was used here lately is verified from memory.
 */
public final class ApiKeys {
  /** How many keys a user may hold that have neither been revoked nor expired. */
  public static final int MOST = 50;

  /** Begins the ids of sessions that are a key. */
  static final String SESSION_PREFIX = "key:";

  private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);
  private static final HexFormat HEX = HexFormat.of();
  private static final Set<String> ROLES = Set.of("user");
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");
  private static final int REMEMBERED = 10_000;

  /** How old what is known of a key may be: its plan may have changed. */
  private static final long FRESH_NANOS = Duration.ofSeconds(20).toNanos();

  /** How long PostgreSQL is left alone after it could not tell; until then the old row holds. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

  private final KeyDao dao;
  private final Sessions sessions;
  private final Clock clock;
  private final Ticker ticker;
  private final SecureRandom random = new SecureRandom();
  private final Cache<String, Known> known =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  /** The keys in this database, whose ends these sessions announce. */
  public ApiKeys(Jdbi jdbi, Sessions sessions, Clock clock, Ticker ticker) {
    this.dao = jdbi.onDemand(KeyDao.class);
    this.sessions = sessions;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** What was known of an id at a time; no row: there was no such key. */
  private record Known(KeyDao.@Nullable Row row, long atNanos) {}

  /**
   * A key to be made.
   *
   * @param name 1 to 64 characters
   * @param expiresAt null: never
   * @param perMinute null: no limit of its own; the owner's hold in any case
   */
  public record Wish(
      String name,
      boolean reads,
      boolean writes,
      @Nullable Instant expiresAt,
      @Nullable Integer perMinute,
      @Nullable Integer perHour,
      @Nullable Integer perDay) {}

  /**
   * A key that was made.
   *
   * @param text the key itself, which nobody can tell again
   */
  public record Made(ApiKey key, String text) {}

  /**
   * Makes a key for this caller, with the caller's present plan and never with the admin role.
   *
   * @return empty where the caller has {@link #MOST} already
   */
  public Optional<Made> make(Caller owner, Wish wish) {
    String text = KeyText.fresh(random);
    String id = KeyText.id(text).orElseThrow();
    int kept =
        dao.keep(
            id,
            owner.userId(),
            wish.name(),
            KeyText.digest(text),
            wish.reads(),
            wish.writes(),
            owner.plan(),
            wish.perMinute(),
            wish.perHour(),
            wish.perDay(),
            wish.expiresAt(),
            MOST);
    if (kept == 0) {
      return Optional.empty();
    }
    LOG.info("the API key {} was made", id);
    return dao.of(owner.userId()).stream()
        .filter(key -> key.id().equals(id))
        .findFirst()
        .map(key -> new Made(key, text));
  }

  /** A user's keys that are not revoked, the newest first. */
  public List<ApiKey> of(String userId) {
    sessions.writeDown();
    return dao.of(userId);
  }

  /**
   * Revokes one of a user's keys: it is refused by every instance within a second, and its sockets
   * are closed.
   *
   * @return false if the user has no such key
   */
  public boolean revoke(String userId, String id) {
    boolean there = sessions.announce(dao.revoke(userId, id)) > 0;
    if (there) {
      known.invalidate(id);
      LOG.info("the API key {} was revoked", id);
    }
    return there;
  }

  /**
   * Whose key this is. The first use of a key on this instance is a round trip to PostgreSQL, and
   * one more every twenty seconds; whether it was revoked is told by {@link Sessions#admits}.
   */
  Verification verify(String text) {
    Optional<String> id = KeyText.id(text);
    if (id.isEmpty()) {
      return new Verification.Invalid("not the text of a key");
    }
    KeyDao.Row row = row(id.get());
    if (row == null || !MessageDigest.isEqual(HEX.parseHex(row.digest()), KeyText.digest(text))) {
      return new Verification.Invalid("unknown key");
    }
    Instant expiresAt = Objects.requireNonNullElse(row.expiresAt(), NEVER);
    if (row.revokedAt() != null || !clock.instant().isBefore(expiresAt)) {
      return new Verification.Invalid("revoked or expired key");
    }
    return new Verification.Valid(
        new Caller(
            row.userId(),
            row.plan(),
            ROLES,
            SESSION_PREFIX + id.get(),
            expiresAt,
            new KeyGrant(
                id.get(),
                row.reads(),
                row.writes(),
                row.perMinute(),
                row.perHour(),
                row.perDay())));
  }

  private KeyDao.@Nullable Row row(String id) {
    Known before = known.getIfPresent(id);
    if (before != null && ticker.read() - before.atNanos() < FRESH_NANOS) {
      return before.row();
    }
    try {
      Known now = new Known(dao.find(id).orElse(null), ticker.read());
      known.put(id, now);
      return now.row();
    } catch (RuntimeException e) {
      if (before == null) {
        throw e;
      }
      known.put(id, new Known(before.row(), ticker.read() - FRESH_NANOS + PAUSE_NANOS));
      return before.row();
    }
  }
}
